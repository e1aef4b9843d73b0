"""What the engine sees when the venue is unwell, busy or changed."""

import asyncio
from datetime import timedelta

import pytest

from domain.market.query import MarketQuery
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.market_data import CachedMarketData
from exchange.polymarket.create import create_market_data, probe
from exchange.polymarket.environment import Addresses
from exchange.polymarket.upstream import RequestPolicy
from tests.exchange.conftest import NOON, Clock
from tests.exchange.venue_server import Fault, VenueServer, raw_book

LISTING, BOOKS = "/markets/keyset", "/books"
FRESH = timedelta(seconds=5)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
async def test_passing_trouble_is_retried_twice_within_one_ask(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock, status: int
) -> None:
    venue.markets = venue.markets[:3]
    venue.faults[LISTING] = Fault(times=2, status=status)
    assert len((await market_data.markets(MarketQuery())).markets) == 3
    assert venue.requests[LISTING] == 3
    assert clock.slept == [0.25, 0.5]
    assert market_data.stats.upstream_failures == {"markets": 2}


@pytest.mark.parametrize("path", [LISTING, BOOKS])
async def test_lasting_trouble_is_unavailable_after_the_third_try(
    market_data: CachedMarketData, venue: VenueServer, path: str
) -> None:
    venue.faults[path] = Fault(times=99, status=500, body='{"error":"boom"}')
    with pytest.raises(MarketDataUnavailable, match="status 500"):
        await (market_data.markets(MarketQuery()) if path == LISTING else market_data.books(["7"], FRESH))
    assert venue.requests[path] == 3


@pytest.mark.parametrize("path", [LISTING, BOOKS])
async def test_retry_after_is_waited_for_when_short(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock, path: str
) -> None:
    venue.markets, venue.books = venue.markets[:3], {"7": raw_book("7")}
    venue.faults[path] = Fault(times=1, status=429, headers={"Retry-After": "3"})
    await (market_data.markets(MarketQuery()) if path == LISTING else market_data.books(["7"], FRESH))
    assert clock.slept == [3.0]


@pytest.mark.parametrize("path", [LISTING, BOOKS])
async def test_a_long_retry_after_is_passed_on_and_keeps_everybody_silent(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock, path: str
) -> None:
    venue.faults[path] = Fault(times=1, status=429, headers={"Retry-After": "60"})
    for _ in range(2):
        with pytest.raises(MarketDataUnavailable) as caught:
            await (market_data.markets(MarketQuery()) if path == LISTING else market_data.books(["7"], FRESH))
        assert caught.value.retry_after == pytest.approx(60)
    assert venue.requests[path] == 1
    clock.pass_by(61)
    await (market_data.markets(MarketQuery()) if path == LISTING else market_data.books(["7"], FRESH))


async def test_an_answer_that_takes_too_long_is_unavailable(venue: VenueServer, clock: Clock) -> None:
    venue.faults[LISTING] = Fault(times=3, seconds=1.0)
    policy = RequestPolicy(timeout=0.05)
    data = create_market_data(venue.addresses, requests=policy, now=clock.now, sleep=clock.sleep)
    with pytest.raises(MarketDataUnavailable, match="no answer in time"):
        await data.markets(MarketQuery())
    await data.close()


async def test_a_venue_that_is_not_there_is_unavailable(clock: Clock) -> None:
    nowhere = Addresses(gamma_url="http://127.0.0.1:9", clob_url="http://127.0.0.1:9")
    data = create_market_data(nowhere, now=clock.now, sleep=clock.sleep)
    with pytest.raises(MarketDataUnavailable):
        await data.markets(MarketQuery())
    with pytest.raises(MarketDataUnavailable):
        await data.books(["7"], FRESH)
    await data.close()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_refusal_is_not_retried(
    market_data: CachedMarketData, venue: VenueServer, status: int
) -> None:
    venue.faults[LISTING] = Fault(times=9, status=status, body='{"error":"use keyset"}')
    with pytest.raises(MarketDataRefused, match="use keyset"):
        await market_data.markets(MarketQuery())
    assert venue.requests[LISTING] == 1


@pytest.mark.parametrize("path", [LISTING, BOOKS])
async def test_a_page_in_place_of_json_is_passing_trouble(
    market_data: CachedMarketData, venue: VenueServer, path: str
) -> None:
    venue.faults[path] = Fault(times=99, body="<html>Just a moment</html>")
    with pytest.raises(MarketDataUnavailable):
        await (market_data.markets(MarketQuery()) if path == LISTING else market_data.books(["7"], FRESH))


@pytest.mark.parametrize("path", [LISTING, BOOKS])
async def test_json_of_another_shape_is_a_refusal(
    market_data: CachedMarketData, venue: VenueServer, path: str
) -> None:
    venue.faults[path] = Fault(times=99, body='{"surprise":true,"markets":7}')
    with pytest.raises(MarketDataRefused):
        await (market_data.markets(MarketQuery()) if path == LISTING else market_data.books(["7"], FRESH))


async def test_one_malformed_market_does_not_lose_its_page(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.markets = venue.markets[:10]
    venue.markets[3] |= {"volume": "a lot"}
    venue.markets[4] |= {"outcomes": '["A","B","C"]', "clobTokenIds": '["1","2","3"]'}
    venue.markets[5] |= {"clobTokenIds": "[]"}
    answer = await market_data.markets(MarketQuery())
    assert len(answer.markets) == 7
    assert market_data.stats.skipped_markets == 3


async def test_one_malformed_book_is_not_known_and_the_others_of_its_batch_are(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.books = {str(token): raw_book(str(token)) for token in range(100)}
    venue.books["50"] |= {"bids": "none"}
    answers = await market_data.books(list(venue.books), FRESH)
    assert [token for token, answer in answers.items() if answer.book is None] == ["50"]
    assert market_data.stats.refused_keys == {"books": 1}
    assert venue.requests[BOOKS] <= 16
    before = venue.requests[BOOKS]
    assert await market_data.books(["50"], FRESH) == {"50": answers["50"]}
    assert venue.requests[BOOKS] == before, "kept like any other answer"


async def test_a_malformed_market_asked_for_alone_has_no_books(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.books = {token: raw_book(token, bids="none") for token in ("6", "7")}
    answers = await market_data.books(["6", "7"], FRESH)
    assert [answer.book for answer in answers.values()] == [None, None]


async def test_books_that_are_all_malformed_are_a_venue_that_changed(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.books = {str(token): raw_book(str(token), bids="none") for token in range(5)}
    with pytest.raises(MarketDataRefused):
        await market_data.books(list(venue.books), FRESH)
    assert market_data.stats.refused_keys == {}


@pytest.mark.parametrize("tokens", [["7"], ["6", "7"], ["5", "6", "7"]])
async def test_a_venue_that_refuses_everybody_is_not_taken_for_one_without_books(
    market_data: CachedMarketData, venue: VenueServer, tokens: list[str]
) -> None:
    venue.faults[BOOKS] = Fault(times=99, status=403)
    with pytest.raises(MarketDataRefused):
        await market_data.books(tokens, FRESH)


async def test_one_malformed_history_is_empty_and_the_others_of_its_batch_are_whole(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    point = {"t": int(NOON.timestamp()) - 60, "p": 0.5}
    venue.histories = {token: [point] for token in ("6", "7", "8")}
    venue.malformed_histories = {"7"}
    answers = await market_data.price_histories(["6", "7", "8"], timedelta(hours=1))
    assert [len(answer.history.points) for answer in answers.values()] == [1, 0, 1]
    assert market_data.stats.refused_keys == {"price_history": 1}
    lone = await market_data.price_histories(["7"], timedelta(hours=1))
    assert lone["7"].history.points == ()


async def test_a_venue_that_refuses_every_book_is_not_asked_for_each_alone(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.faults[BOOKS] = Fault(times=10_000, status=403)
    with pytest.raises(MarketDataRefused):
        await market_data.books([str(token) for token in range(500)], FRESH)
    assert venue.requests[BOOKS] < 60


async def test_closing_answers_those_who_still_wait(venue: VenueServer) -> None:
    venue.faults[LISTING] = Fault(times=1, seconds=15.0)
    data = create_market_data(venue.addresses)
    waiting = asyncio.create_task(data.markets(MarketQuery()))
    await asyncio.wait_for(venue.asked.wait(), timeout=30)
    await data.close()
    with pytest.raises(MarketDataUnavailable, match="being closed"):
        await waiting


async def test_probe_is_true_only_when_gamma_and_clob_answer_in_time(venue: VenueServer) -> None:
    assert await probe(venue.addresses)
    venue.faults["/time"] = Fault(times=1, body="<html>sign in to the hotel network</html>")
    assert not await probe(venue.addresses)
    venue.faults[LISTING] = Fault(times=1, seconds=1.0)
    assert not await probe(venue.addresses, seconds=0.1)
    assert not await probe(Addresses(gamma_url="http://127.0.0.1:9", clob_url="http://127.0.0.1:9"))
