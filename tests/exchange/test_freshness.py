"""Nobody gets older data than asked for."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest

from domain.market.query import MarketQuery
from exchange.batch_loader import Observed
from exchange.errors import MarketDataUnavailable
from exchange.market_data import CachedMarketData
from tests.exchange.conftest import NOON, Clock
from tests.exchange.venue_server import Fault, VenueServer, raw_book

CONDITION = f"0x{5:064x}"


async def test_a_book_within_the_callers_age_is_reused_and_an_older_one_read_again(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock
) -> None:
    venue.books = {"7": raw_book("7")}
    await market_data.books(["7"], timedelta(seconds=5))
    clock.pass_by(4)
    kept = await market_data.books(["7"], timedelta(seconds=5))
    assert kept["7"].observed_at == NOON
    assert venue.requests["/books"] == 1
    again = await market_data.books(["7"], timedelta(seconds=3))
    assert again["7"].observed_at == NOON + timedelta(seconds=4)
    assert venue.requests["/books"] == 2


async def test_age_zero_always_reads_anew(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock
) -> None:
    venue.books = {"7": raw_book("7")}
    for _ in range(2):
        assert (await market_data.books(["7"], timedelta(0)))["7"].book is not None
        clock.pass_by(0.001)
    assert venue.requests["/books"] == 2


async def test_a_book_that_took_longer_to_read_than_its_age_allows_is_refused(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock
) -> None:
    venue.books = {"7": raw_book("7")}
    venue.before_answer = lambda: clock.pass_by(9)
    with pytest.raises(MarketDataUnavailable, match="too late"):
        await market_data.books(["7"], timedelta(seconds=5))


async def test_a_fresh_book_is_not_refused_because_another_had_to_be_read_beside_it(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock
) -> None:
    venue.books = {"7": raw_book("7"), "8": raw_book("8")}
    await market_data.books(["7"], timedelta(seconds=5))
    clock.pass_by(4.9)
    venue.before_answer = lambda: clock.pass_by(0.5)
    both = await market_data.books(["7", "8"], timedelta(seconds=5))
    assert {token for token, answer in both.items() if answer.book is not None} == {"7", "8"}


async def test_a_failed_read_is_not_remembered(market_data: CachedMarketData, venue: VenueServer) -> None:
    venue.faults["/markets/keyset"] = Fault(times=3, status=500)
    with pytest.raises(MarketDataUnavailable):
        await market_data.markets(MarketQuery())
    assert len((await market_data.markets(MarketQuery())).markets) == 200


async def test_an_old_snapshot_is_never_served_when_the_venue_is_down(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock
) -> None:
    await market_data.markets(MarketQuery())
    clock.pass_by(31)
    venue.faults["/markets/keyset"] = Fault(times=3, status=503)
    with pytest.raises(MarketDataUnavailable):
        await market_data.markets(MarketQuery())


@pytest.mark.parametrize("path", ["/books", "/batch-prices-history", "/v2/trades", "/v2/holders"])
async def test_answers_are_stamped_when_the_request_that_was_answered_was_sent(
    market_data: CachedMarketData, venue: VenueServer, clock: Clock, path: str
) -> None:
    venue.faults[path] = Fault(times=1, status=503, headers={"Retry-After": "4"})
    asks: dict[str, Callable[[], Awaitable[Mapping[str, Observed]]]] = {
        "/books": lambda: market_data.books(["7"], timedelta(seconds=5)),
        "/batch-prices-history": lambda: market_data.price_histories(["7"], timedelta(hours=1)),
        "/v2/trades": lambda: market_data.recent_trades([CONDITION]),
        "/v2/holders": lambda: market_data.holders([CONDITION]),
    }
    (answer,) = (await asks[path]()).values()
    assert clock.slept == [4.0]
    assert answer.observed_at == NOON + timedelta(seconds=4)


async def test_a_history_reaches_up_to_the_moment_of_its_stamp(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    path = "/batch-prices-history"
    venue.faults[path] = Fault(times=1, status=503, headers={"Retry-After": "4"})
    venue.histories["7"] = [{"t": int(NOON.timestamp()) + 3, "p": 0.5}]
    answer = (await market_data.price_histories(["7"], timedelta(days=28)))["7"]
    assert answer.observed_at == NOON + timedelta(seconds=4)
    assert len(answer.history.points) == 1
