"""What recorded markets became, read from Gamma's and the order book service's own answers."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.market.market import ResolutionWord
from domain.market.resolution import ClobWord, ResolutionState, judge, needs_clob
from exchange.polymarket.parsing import market_from
from exchange.polymarket.winners import clob_word_of
from tests.exchange.test_market_parsing import read
from tests.exchange.test_recorded_markets import five_minute_markets, fixture
from tests.exchange.venue_server import raw_market


def clob_word(recorded: Path, name: str) -> ClobWord:
    return clob_word_of(fixture(recorded, name))


def test_a_recorded_day_of_markets_that_resolved_by_themselves_is_final_with_its_winner(
    recorded: Path,
) -> None:
    seen: Counter[str] = Counter()
    for raw in five_minute_markets(recorded):
        market = market_from(raw)
        judged = judge(market)
        assert market.resolution is not None
        assert market.resolution.automatic
        assert judged.state is ResolutionState.RESOLVED
        assert judged.payouts == {outcome.token_id: outcome.price for outcome in market.outcomes}
        winner = next(outcome for outcome in market.outcomes if outcome.token_id == judged.winner)
        seen[winner.name] += 1
    assert seen == {"Down": 152, "Up": 140}


@pytest.mark.parametrize(
    ("name", "winner"),
    [
        ("gamma_market_closed_binary_accepting_false.json", 1),
        ("gamma_market_sports_market_map_handicap.json", 0),
        ("gamma_market_sports_market_money_line.json", 0),
    ],
)
def test_a_recorded_market_that_was_proposed_and_resolved_is_final(
    recorded: Path, name: str, winner: int
) -> None:
    market = market_from(fixture(recorded, name))
    assert market.resolution == ResolutionWord(
        uma_status="resolved", uma_statuses=("proposed",), automatic=True
    )
    assert judge(market).winner == market.outcomes[winner].token_id


def test_a_recorded_closed_market_with_prices_one_and_zero_waits_until_the_other_service_names_the_winner(
    recorded: Path,
) -> None:
    market = market_from(fixture(recorded, "gamma_market_closed_binary_accepting_true.json"))
    assert [outcome.price for outcome in market.outcomes] == [1, 0]
    assert judge(market).state is ResolutionState.OPEN
    assert needs_clob(market)
    said = clob_word(recorded, "clob_market_closed_binary_accepting_true.json")
    assert judge(market, said).winner == market.outcomes[0].token_id


@pytest.mark.parametrize(
    "name", ["gamma_market_closed_nonbinary_legacy.json", "gamma_market_closed_zero_zero_legacy.json"]
)
def test_recorded_closed_markets_of_old_without_final_prices_are_never_taken_as_resolved(
    recorded: Path, name: str
) -> None:
    market = market_from(fixture(recorded, name))
    assert market.closed
    assert judge(market).payouts is None


def test_the_order_book_services_recorded_markets_name_one_winner_or_none(recorded: Path) -> None:
    rows = recorded_clob_page(recorded)
    words = [clob_word_of(row) for row in rows]
    closed_without = [word for word in words if word.closed and not word.winners]
    assert {len(word.winners) for word in words} == {0, 1}
    # Most finished markets of that page name no winner although a price is 1: a price is no sign.
    assert len(closed_without) > 50
    assert not any(word.tie for word in words)


def recorded_clob_page(recorded: Path) -> list[dict[str, Any]]:
    import gzip
    import json

    with gzip.open(recorded / "nautilus-fixtures" / "py_resources" / "markets.json.gz") as page:
        rows: list[dict[str, Any]] = json.load(page, parse_float=Decimal)["data"]
    return rows


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, None),
        ({"umaResolutionStatus": None, "umaResolutionStatuses": "[]"}, None),
        (
            {"umaResolutionStatus": "Proposed", "umaResolutionStatuses": '["proposed"]'},
            ResolutionWord(uma_status="proposed", uma_statuses=("proposed",)),
        ),
        ({"resolutionStatus": "resolved"}, ResolutionWord(resolution_status="resolved")),
        ({"automaticallyResolved": True}, ResolutionWord(automatic=True)),
        ({"umaResolutionStatuses": "nonsense", "umaResolutionStatus": 7}, None),
        ({"umaResolutionStatuses": ["proposed", None]}, ResolutionWord(uma_statuses=("proposed",))),
    ],
)
def test_the_words_about_a_resolution_are_read_and_what_is_malformed_says_nothing(
    fields: dict[str, Any], word: ResolutionWord | None
) -> None:
    assert read(raw_market(1, **fields)).resolution == word
