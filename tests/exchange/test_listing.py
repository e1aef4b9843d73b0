"""How a listing is read: keyset pages, closed markets, the page cap."""

from decimal import Decimal

import pytest

from domain.market.query import MarketQuery
from exchange.market_data import CachedMarketData
from exchange.polymarket.create import create_market_data
from tests.exchange.conftest import NOON, Clock
from tests.exchange.venue_server import Json, VenueServer, raw_market


@pytest.mark.parametrize("end", [{}, {"next_cursor": None}, {"next_cursor": ""}, {"next_cursor": "LTE="}])
async def test_pages_are_followed_to_the_end_by_cursor(
    market_data: CachedMarketData, venue: VenueServer, end: Json
) -> None:
    venue.end_cursor = end
    answer = await market_data.markets(MarketQuery(limit=1000))
    assert len(answer.markets) == 250
    assert not answer.truncated
    assert answer.observed_at == NOON
    cursors = [dict(parameters).get("after_cursor") for _, parameters in venue.queries]
    assert cursors == [None, "100", "200"]
    assert not any("offset" in dict(parameters) for _, parameters in venue.queries)


async def test_a_cursor_that_repeats_itself_ends_the_listing(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.end_cursor = {"next_cursor": "200"}
    assert len((await market_data.markets(MarketQuery(limit=1000))).markets) == 250
    assert venue.requests["/markets/keyset"] == 3


async def test_beyond_the_page_cap_the_answer_says_so_unless_the_rest_cannot_match(
    venue: VenueServer, clock: Clock
) -> None:
    data = create_market_data(venue.addresses, page_cap=2, now=clock.now, monotonic=clock.monotonic)
    answer = await data.markets(MarketQuery(limit=1000))
    assert len(answer.markets) == 200
    assert answer.truncated
    least = answer.markets[-1].volume
    assert (await data.markets(MarketQuery(volume_min=least))).truncated
    assert not (await data.markets(MarketQuery(volume_min=least + Decimal("0.1")))).truncated
    await data.close()


async def test_the_highest_volume_comes_first_whatever_order_the_venue_used(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.markets = [raw_market(1, volume="9"), raw_market(2, volume="100"), raw_market(3, volume="20.5")]
    answer = await market_data.markets(MarketQuery(limit=2))
    assert [market.volume for market in answer.markets] == [Decimal(100), Decimal("20.5")]


async def test_lookups_by_id_also_find_closed_markets_and_leave_out_unknown_ones(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.markets = [raw_market(1), raw_market(2, closed=True, outcomePrices='["1", "0"]')]
    answer = await market_data.markets_by_id(["1001", "1002", "999999", "not-a-number"])
    assert {market.id: market.closed for market in answer.markets} == {"1001": False, "1002": True}
    assert venue.requests["/markets/keyset"] == 2
    assert await market_data.markets_by_id(["1002"]) is not answer
    assert venue.requests["/markets/keyset"] == 2


async def test_no_ids_need_no_request(market_data: CachedMarketData, venue: VenueServer) -> None:
    assert (await market_data.markets_by_id([])).markets == ()
    assert await market_data.price_histories([], NOON - NOON) == {}
    assert not venue.requests
