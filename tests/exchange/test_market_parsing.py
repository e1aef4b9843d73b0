"""How single fields of Gamma markets are read."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.market.fees import FeeSchedule
from domain.market.market import Market
from exchange.polymarket.categories import category_of
from exchange.polymarket.parsing import Unrepresentable, market_from
from tests.exchange.venue_server import Json, raw_market


def read(raw: Json, known_tag: str | None = None) -> Market:
    """Reads it as it comes over the wire."""
    return market_from(json.loads(json.dumps(raw), parse_float=Decimal), known_tag)


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        (["bitcoin-prices", "crypto", "politics"], "crypto"),
        (["economy"], "economics"),
        (["pop-culture"], "culture"),
        (["geopolitics", "world"], "geopolitics"),
        (["nba", "something"], "other"),
        ([], "other"),
    ],
)
def test_the_category_is_the_first_top_level_tag(tags: list[str], category: str) -> None:
    assert category_of(tags) == category


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-31T00:00:00Z", datetime(2026, 12, 31, tzinfo=UTC)),
        ("2026-12-31T00:00:00.41Z", datetime(2026, 12, 31, 0, 0, 0, 410_000, tzinfo=UTC)),
        ("2026-12-31 00:25:21+00", datetime(2026, 12, 31, 0, 25, 21, tzinfo=UTC)),
        ("2026-12-31T02:00:00+02:00", datetime(2026, 12, 31, tzinfo=UTC)),
        ("2026-12-31", datetime(2026, 12, 31, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_every_way_to_write_time_becomes_aware_utc(text: str | None, moment: datetime | None) -> None:
    end_at = read(raw_market(1, endDate=text)).end_at
    assert end_at == moment
    assert end_at is None or end_at.tzinfo is UTC


def test_tags_come_from_market_and_event_lower_case_once_without_nulls() -> None:
    raw = raw_market(
        1,
        tags=[{"slug": "Politics"}, None, {"slug": None}, {"slug": "us-election"}],
        events=[{"id": 5, "title": "E", "tags": [{"slug": "politics"}, {"slug": "world"}]}, None],
    )
    market = read(raw, known_tag="trending")
    assert market.tags == ("politics", "us-election", "world", "trending")
    assert (market.category, market.event_id, market.event_title) == ("politics", "5", "E")


@pytest.mark.parametrize("nothing", [{"tags": None, "events": None}, {"tags": [], "events": []}])
def test_null_lists_are_empty(nothing: dict[str, Any]) -> None:
    market = read(raw_market(1, **nothing))
    assert (market.tags, market.event_id, market.category) == ((), None, "other")


def test_arrays_may_also_be_real_arrays() -> None:
    raw = raw_market(1, outcomes=["Up", "Down"], outcomePrices=[0.4, "0.6"], clobTokenIds=["1", "2"])
    assert [(o.name, o.price, o.token_id) for o in read(raw).outcomes] == [
        ("Up", Decimal("0.4"), "1"),
        ("Down", Decimal("0.6"), "2"),
    ]


def test_missing_cached_prices_are_taken_from_the_best_prices_or_the_last_trade() -> None:
    quoted = raw_market(1, outcomePrices=None, bestBid=0.4, bestAsk=0.5)
    assert [o.price for o in read(quoted).outcomes] == [Decimal("0.45"), Decimal("0.55")]
    traded = raw_market(1, outcomePrices=None, lastTradePrice=0.3)
    assert [o.price for o in read(traded).outcomes] == [Decimal("0.3"), Decimal("0.7")]


@pytest.mark.parametrize(
    "changes",
    [
        {"clobTokenIds": "[]"},
        {"clobTokenIds": None},
        {"clobTokenIds": '["", ""]'},
        {"outcomes": '["A", "B", "C"]'},
        {"outcomes": "not json"},
        {"outcomePrices": '["7", "0.1"]'},
        {"outcomePrices": None},
        {"conditionId": ""},
        {"volume": "NaN"},
        {"endDate": "soon"},
        {"feesEnabled": True, "feeSchedule": {"rate": 0.1, "exponent": 1.5}},
    ],
)
def test_what_cannot_be_represented_is_said_not_guessed(changes: dict[str, Any]) -> None:
    with pytest.raises(Unrepresentable, match="1001"):
        read(raw_market(1, **changes))


def test_floats_never_become_money() -> None:
    with pytest.raises(Unrepresentable, match="float"):
        market_from(raw_market(1, volume=0.1))


@pytest.mark.parametrize(
    ("fields", "fees"),
    [
        ({"feesEnabled": False, "feeType": "crypto_fees_v2"}, FeeSchedule()),
        ({"feesEnabled": True, "feeType": "zero_fees"}, FeeSchedule()),
        ({"feesEnabled": True, "feeType": "politics_fees"}, FeeSchedule(rate=Decimal("0.04"))),
        ({"feesEnabled": True, "feeType": "brand_new"}, FeeSchedule(rate=Decimal("0.07"))),
        (
            {
                "feesEnabled": True,
                "feeSchedule": {"rate": 0.05, "exponent": 1, "takerOnly": False},
            },
            FeeSchedule(rate=Decimal("0.05"), taker_only=False),
        ),
    ],
)
def test_fees_are_those_of_the_schedule_or_the_fee_type(fields: dict[str, Any], fees: FeeSchedule) -> None:
    assert read(raw_market(1, **fields)).fees == fees


def test_what_no_database_stores_is_left_out_of_texts() -> None:
    raw = raw_market(1)
    raw["question"] = "Will it\0 rain \ud800 in\nBergen?"
    raw["outcomes"] = json.dumps(["Yes\0", "No"])
    market = read(raw)
    assert market.question == "Will it rain ? in\nBergen?"
    assert [outcome.name for outcome in market.outcomes] == ["Yes", "No"]
    assert market.model_dump_json()
