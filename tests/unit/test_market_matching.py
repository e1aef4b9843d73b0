"""Which markets a query means."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.market.fees import FeeSchedule
from domain.market.market import Market, Outcome
from domain.market.matching import by_volume, matches, select, select_ordered
from domain.market.query import MarketQuery
from domain.money import Price, Usdc

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def market(market_id: str = "1", **changes: Any) -> Market:
    known: dict[str, Any] = {
        "id": market_id,
        "condition_id": "0x01",
        "slug": "will-bitcoin",
        "question": "Will Bitcoin reach $150k?",
        "category": "crypto",
        "tags": ("crypto", "bitcoin-prices"),
        "event_id": "9",
        "event_title": "Bitcoin in December",
        "outcomes": (
            Outcome(name="Yes", token_id="1", price=Price(Decimal("0.4"))),
            Outcome(name="No", token_id="2", price=Price(Decimal("0.6"))),
        ),
        "active": True,
        "closed": False,
        "accepting_orders": True,
        "enable_order_book": True,
        "neg_risk": False,
        "end_at": NOW + timedelta(hours=24),
        "volume": Usdc(Decimal(1000)),
        "volume_24h": Usdc(Decimal(10)),
        "liquidity": Usdc(Decimal(500)),
        "best_bid": None,
        "best_ask": None,
        "tick_size": Decimal("0.01"),
        "min_order_size": Decimal(5),
        "fees": FeeSchedule(),
    }
    return Market(**{**known, **changes})


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, True),
        ({"tag": "crypto"}, True),
        ({"tag": "Bitcoin Prices"}, True),
        ({"tag": "politics"}, False),
        ({"tag": " "}, True),
        ({"volume_min": Decimal(1000)}, True),
        ({"volume_min": Decimal("1000.000001")}, False),
        ({"liquidity_min": Decimal(500)}, True),
        ({"liquidity_min": Decimal(501)}, False),
        ({"text": "december BITCOIN"}, True),
        ({"text": "bitcoin ethereum"}, False),
        ({"text": "bit"}, False),
        ({"text": "  "}, True),
        ({"end_within_hours": Decimal(24)}, True),
        ({"end_within_hours": Decimal("23.9")}, False),
        ({"end_after_hours": Decimal(24)}, True),
        ({"end_after_hours": Decimal("24.1")}, False),
        ({"end_after_hours": Decimal(1), "end_within_hours": Decimal(48)}, True),
        ({"volume_min": Decimal(1), "tag": "sports"}, False),
    ],
)
def test_all_given_conditions_must_hold(conditions: dict[str, Any], expected: bool) -> None:
    assert matches(market(), MarketQuery(**conditions), NOW) is expected


def test_closed_markets_never_match() -> None:
    assert not matches(market(closed=True), MarketQuery(), NOW)


def test_a_category_counts_as_a_tag() -> None:
    assert matches(market(tags=(), category="other"), MarketQuery(tag="other"), NOW)


def test_a_market_without_end_date_fails_end_date_conditions_only() -> None:
    endless = market(end_at=None)
    assert matches(endless, MarketQuery(), NOW)
    assert not matches(endless, MarketQuery(end_within_hours=Decimal(1)), NOW)
    assert not matches(endless, MarketQuery(end_after_hours=Decimal(0)), NOW)


def test_a_market_past_its_end_date_does_not_end_within_hours() -> None:
    overdue = market(end_at=NOW - timedelta(minutes=1))
    assert not matches(overdue, MarketQuery(end_within_hours=Decimal(24)), NOW)


def test_select_gives_the_highest_volume_first_and_at_most_the_limit() -> None:
    volumes = {"a": 5, "b": 50, "c": 500, "d": 50}
    markets = [market(name, volume=Usdc(Decimal(volume))) for name, volume in volumes.items()]
    chosen = select(markets, MarketQuery(limit=3), NOW)
    assert [chosen_market.id for chosen_market in chosen] == ["c", "b", "d"]
    assert select(markets, MarketQuery(limit=0), NOW) == ()


def test_select_ordered_gives_what_select_gives() -> None:
    markets = [
        market(
            str(number),
            volume=Usdc(Decimal(number % 7)),
            liquidity=Usdc(Decimal(number % 3)),
            closed=number % 5 == 0,
        )
        for number in range(60)
    ]
    queries = [
        MarketQuery(volume_min=volume, liquidity_min=liquidity, limit=limit)
        for volume in (None, Decimal(3), Decimal(9))
        for liquidity in (None, Decimal(1))
        for limit in (0, 5, 100)
    ]
    for query in queries:
        expected = [one for one in sorted(markets, key=by_volume) if matches(one, query, NOW)][: query.limit]
        assert list(select(markets, query, NOW)) == expected
        assert list(select_ordered(sorted(markets, key=by_volume), query, NOW)) == expected
