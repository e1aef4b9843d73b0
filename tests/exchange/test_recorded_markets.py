"""What we read from recorded Gamma objects is what they say, and what the official SDK reads in them."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from polymarket.models import Market as SdkMarket

from domain.market.fees import FeeSchedule
from domain.market.market import Market
from exchange.market_data import CachedMarketData
from exchange.polymarket.parsing import Unrepresentable, market_from
from tests.exchange.venue_server import VenueServer

Raw = dict[str, Any]


def fixture(recorded: Path, name: str) -> Any:
    return json.loads((recorded / "nautilus-fixtures" / name).read_text(), parse_float=Decimal)


def five_minute_markets(recorded: Path) -> list[Raw]:
    with gzip.open(recorded / "btc5m-gamma-markets" / "BTC-5m-markets-2026-07-24.jsonl.gz") as lines:
        return [json.loads(line, parse_float=Decimal)["raw"] for line in lines]


def all_recorded(recorded: Path) -> Iterator[Raw]:
    yield from five_minute_markets(recorded)
    for path in sorted((recorded / "nautilus-fixtures").glob("gamma_market*.json")):
        yield fixture(recorded, path.name)
    for event in (
        *fixture(recorded, "gamma_event.json"),
        *fixture(recorded, "search_response.json")["events"],
    ):
        yield from event["markets"]


def test_every_recorded_market_reads_like_the_official_sdk_reads_it(recorded: Path) -> None:
    compared = 0
    for raw in all_recorded(recorded):
        ours, theirs = market_from(raw), SdkMarket.parse_response(raw)
        assert (ours.id, ours.condition_id, ours.slug) == (theirs.id, theirs.condition_id, theirs.slug)
        assert ours.end_at == theirs.state.end_date
        assert ours.volume == (theirs.metrics.volume or 0)
        assert ours.liquidity in (theirs.metrics.liquidity, theirs.metrics.liquidity_num, Decimal(0))
        sides = (theirs.outcomes.yes, theirs.outcomes.no)
        assert [outcome.name for outcome in ours.outcomes] == [side.label for side in sides]
        assert [outcome.token_id for outcome in ours.outcomes] == [side.token_id for side in sides]
        assert [outcome.price for outcome in ours.outcomes] == [side.price for side in sides]
        assert ours.closed is theirs.state.closed
        assert ours.accepting_orders is (theirs.state.accepting_orders is True)
        assert ours.tick_size == theirs.trading.minimum_tick_size or theirs.trading.minimum_tick_size is None
        if theirs.trading.fee_schedule is not None and theirs.trading.fees_enabled:
            assert ours.fees.rate == theirs.trading.fee_schedule.rate
        compared += 1
    assert compared > 298


def test_an_open_market_is_read_field_by_field(recorded: Path) -> None:
    market = market_from(fixture(recorded, "gamma_market.json"))
    assert market.id == "1557558"
    assert [outcome.name for outcome in market.outcomes] == ["Up", "Down"]
    assert [outcome.price for outcome in market.outcomes] == [Decimal("0.505"), Decimal("0.495")]
    assert market.outcomes[0].token_id.startswith("1042398980388071360")
    assert (market.volume, market.liquidity) == (Decimal("9.999997"), Decimal("20328.3747"))
    assert (market.best_bid, market.best_ask, market.spread) == (
        Decimal("0.5"),
        Decimal("0.51"),
        Decimal("0.01"),
    )
    assert (market.tick_size, market.min_order_size) == (Decimal("0.01"), Decimal(5))
    assert market.end_at == datetime(2026, 3, 12, 9, 25, tzinfo=UTC)
    assert market.event_id == "260654"
    assert market.tradable


def test_a_fee_type_without_schedule_is_looked_up_not_taken_as_free(recorded: Path) -> None:
    assert market_from(fixture(recorded, "gamma_market.json")).fees == FeeSchedule(
        rate=Decimal("0.25"), exponent=2
    )


def test_a_fee_schedule_counts_more_than_the_legacy_base_fees(recorded: Path) -> None:
    raw = five_minute_markets(recorded)[0]
    assert raw["takerBaseFee"] == 1000
    assert market_from(raw).fees == FeeSchedule(rate=Decimal("0.07"), exponent=1, taker_only=True)


def test_a_side_without_orders_has_no_best_price(recorded: Path) -> None:
    finished = market_from(fixture(recorded, "gamma_market_sports_market_money_line.json"))
    assert finished.best_bid == Decimal("0.999")
    assert finished.best_ask is None
    assert not finished.tradable


def test_a_market_of_2020_with_prices_zero_zero_and_a_legacy_category_is_read(recorded: Path) -> None:
    market = market_from(fixture(recorded, "gamma_market_closed_zero_zero_legacy.json"))
    assert [outcome.price for outcome in market.outcomes] == [Decimal(0), Decimal(0)]
    assert market.volume == Decimal("32257.445115")
    assert market.category == "politics"
    assert not market.enable_order_book


async def test_a_recorded_day_of_resolved_markets_is_found_by_id(
    recorded: Path, market_data: CachedMarketData, venue: VenueServer
) -> None:
    with gzip.open(recorded / "btc5m-gamma-markets" / "BTC-5m-markets-2026-07-24.jsonl.gz") as lines:
        venue.markets = [json.loads(line)["raw"] for line in lines]
    answer = await market_data.markets_by_id([raw["id"] for raw in venue.markets])
    assert len(answer.markets) == len(venue.markets) == 292
    assert all(market.closed for market in answer.markets)
    assert all({outcome.price for outcome in market.outcomes} == {0, 1} for market in answer.markets)
    volumes = {raw["id"]: Decimal(raw.get("volume", "0")) for raw in venue.markets}
    assert all(market.volume == volumes[market.id] for market in answer.markets)


@pytest.mark.parametrize("name", ["market_slug.json", "markets_list.json"])
def test_fragments_without_outcomes_are_left_out_with_a_reason(recorded: Path, name: str) -> None:
    raw = fixture(recorded, f"py_resources/{name}")
    with pytest.raises(Unrepresentable, match="market"):
        market_from(raw[0] if isinstance(raw, list) else raw)


def test_markets_inside_an_event_are_read(recorded: Path) -> None:
    (event,) = fixture(recorded, "gamma_event.json")
    markets: list[Market] = [market_from(raw) for raw in event["markets"]]
    assert markets
    assert all(market.neg_risk for market in markets)
