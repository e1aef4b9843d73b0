"""Upstream requests do not grow with the number of askers."""

import asyncio
import random
from datetime import timedelta
from decimal import Decimal

from domain.market.query import MarketQuery
from exchange.market_data import CachedMarketData
from exchange.polymarket.create import create_market_data
from tests.exchange.conftest import NOON, Clock
from tests.exchange.venue_server import VenueServer, raw_book

FRESH = timedelta(seconds=2)


async def test_a_thousand_identical_asks_at_once_cost_one_upstream_request(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.markets = venue.markets[:50]
    answers = await asyncio.gather(*(market_data.markets(MarketQuery()) for _ in range(1000)))
    assert venue.requests == {"/markets/keyset": 1}
    assert all(answer is answers[0] for answer in answers)
    assert len(answers[0].markets) == 50
    assert market_data.stats.upstream_requests == {"markets": 1}
    assert market_data.stats.cache_hits["markets"] == 999


async def test_a_thousand_asks_for_the_same_book_cost_one_upstream_request(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.books = {"7": raw_book("7")}
    await asyncio.gather(*(market_data.books(["7"], FRESH) for _ in range(1000)))
    assert venue.requests == {"/books": 1}


async def test_queries_with_different_thresholds_share_the_power_of_ten_below(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.markets = venue.markets[:50]
    thresholds = [Decimal(100_000 + 17 * step) for step in range(200)]
    await asyncio.gather(*(market_data.markets(MarketQuery(volume_min=least)) for least in thresholds))
    assert venue.requests["/markets/keyset"] == 1
    (_, parameters) = venue.queries[0]
    assert ("volume_num_min", "100000") in parameters


async def test_the_exact_threshold_holds_although_the_upstream_one_is_coarse(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    answer = await market_data.markets(MarketQuery(volume_min=Decimal("990000.5")))
    assert min(market.volume for market in answer.markets) == Decimal("990000.5")
    assert len(answer.markets) == 101


async def test_tag_queries_are_made_by_the_id_of_the_slug_and_resolve_it_once(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.markets = venue.markets[:5]
    for tag in ("politics", "Politics", " politics "):
        assert len((await market_data.markets(MarketQuery(tag=tag))).markets) == 5
    assert venue.requests == {"/tags/slug/politics": 1, "/markets/keyset": 1}
    assert ("tag_id", "2") in venue.queries[0][1]


async def test_an_unknown_tag_is_looked_for_among_the_categories_of_the_most_traded(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.markets = [*venue.markets[:5], *({**m, "tags": []} for m in venue.markets[5:8])]
    answer = await market_data.markets(MarketQuery(tag="other"))
    assert [market.id for market in answer.markets] == ["1005", "1006", "1007"]


async def test_books_asked_for_together_travel_in_chunks_of_500(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.books = {str(token): raw_book(str(token)) for token in range(1200)}
    answers = await asyncio.gather(*(market_data.books([str(token)], FRESH) for token in range(1200)))
    assert venue.requests == {"/books": 3}
    assert sorted(len(tokens) for _, tokens in venue.queries) == [200, 500, 500]
    assert all(book.book is not None for answer in answers for book in answer.values())


async def test_histories_travel_twenty_tokens_at_a_time(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    tokens = [str(token) for token in range(45)]
    answers = await market_data.price_histories(tokens, timedelta(hours=1))
    assert [len(body["markets"]) for _, body in venue.queries] == [20, 20, 5]
    assert all(answers[token].history.points == () for token in tokens)


async def test_the_same_question_within_a_snapshot_gets_the_same_object_and_a_new_one_after(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock
) -> None:
    venue.markets = venue.markets[:3]
    query = MarketQuery(volume_min=Decimal(5), text="thing")
    first = await market_data.markets(query)
    clock.pass_by(29)
    assert await market_data.markets(MarketQuery(volume_min=Decimal("5.0"), text="thing")) is first
    clock.pass_by(2)
    later = await market_data.markets(query)
    assert later is not first
    assert later.observed_at == NOON + timedelta(seconds=31)
    assert venue.requests["/markets/keyset"] == 2


async def test_an_asker_that_gives_up_does_not_cancel_the_request_of_the_others(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.books = {"7": raw_book("7")}
    impatient = asyncio.create_task(market_data.books(["7"], FRESH))
    patient = asyncio.create_task(market_data.books(["7"], FRESH))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient)["7"].book is not None
    assert venue.requests == {"/books": 1}


async def test_markets_seen_in_a_listing_are_not_asked_for_again_by_id(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.markets = venue.markets[:3]
    listed = await market_data.markets(MarketQuery())
    found = await market_data.markets_by_id(["1000", "1002"])
    assert [market.id for market in found.markets] == ["1000", "1002"]
    assert found.markets[0] is listed.markets[0]
    assert await market_data.markets_by_id(["1000", "1002"]) is found
    assert venue.requests["/markets/keyset"] == 1


async def execute_like_strategies(data: CachedMarketData, number: int) -> None:
    """Each asks for markets of its own thresholds, then for books and histories of the best ten, at its own moment."""
    chance = random.Random(number)

    async def one() -> None:
        await asyncio.sleep(chance.random() / 20)
        volume = Decimal(chance.randrange(100_000, 900_000))
        markets = (await data.markets(MarketQuery(volume_min=volume, limit=10))).markets
        tokens = [market.outcomes[0].token_id for market in markets]
        await data.books(tokens, FRESH)
        await data.price_histories(tokens, timedelta(minutes=chance.randrange(60, 300)))

    await asyncio.gather(*(one() for _ in range(number)))


async def test_a_thousand_strategies_send_as_many_requests_as_ten(venue: VenueServer, clock: Clock) -> None:
    venue.markets = venue.markets[:90]
    venue.books = {f"{number}01": raw_book(f"{number}01") for number in range(90)}
    totals: list[int] = []
    for number in (10, 1000):
        data = create_market_data(venue.addresses, now=clock.now, monotonic=clock.monotonic)
        for _ in range(3):
            await execute_like_strategies(data, number)
            clock.pass_by(61)
        totals.append(data.stats.upstream_total)
        await data.close()
    assert totals[0] == totals[1] == 9
