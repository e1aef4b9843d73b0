"""The generated markets look like the recorded ones: quantiles within the bounds stated in docs/sandbox.md."""

import csv
import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.clock import HOUR
from sandbox.generator.generated_venue import GeneratedVenue
from sandbox.venue import Book, MarketFigures

NOW = int(datetime(2026, 11, 22, 9, 30, tzinfo=UTC).timestamp() * 1000)


def is_flagship(book: Book) -> bool:
    """Who wins a league: the counterpart of the recorded World Cup winner markets."""
    return any(tag.slug == "leagues" for tag in book.market.tags)


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def assert_within(
    ours: Sequence[float], theirs: Sequence[float], shares: Sequence[float], factor: float
) -> None:
    for share in shares:
        mine, recorded = quantile(ours, share), quantile(theirs, share)
        assert recorded / factor <= mine <= recorded * factor, (
            f"quantile {share}: {mine} against recorded {recorded}"
        )


@pytest.fixture(scope="module")
def generated() -> list[tuple[MarketFigures, Book]]:
    venue = GeneratedVenue(7)
    rows = []
    for step in range(3):
        at_ms = NOW + step * 11 * HOUR
        for market in venue.markets(at_ms):
            book = venue.book(market.token_ids[0], at_ms)
            if book is not None:
                rows.append((venue.figures(market, at_ms), book))
    return rows


@pytest.fixture(scope="module")
def world_cup(shared_data: Path) -> list[dict[str, str]]:
    with gzip.open(shared_data / "worldcup2026-history" / "polymarket_history.csv.gz", "rt") as file:
        return [row for row in csv.DictReader(file) if row["closed"] != "True"]


@pytest.fixture(scope="module")
def bitcoin(shared_data: Path) -> list[dict[str, float]]:
    with gzip.open(shared_data / "resolvedkit-btc15m-books" / "top_of_book.csv.gz", "rt") as file:
        names = ("bid", "ask", "bid_size", "ask_size", "bid_depth5", "ask_depth5")
        rows = [
            {name: float(row[name]) for name in names}
            for row in csv.DictReader(file)
            if row["bid"] and row["ask"]
        ]
    return [row for row in rows if 0.1 < row["bid"] < 0.9]


def middle(generated: list[tuple[MarketFigures, Book]]) -> list[Book]:
    """Ordinary markets with prices like those recorded for Bitcoin."""
    return [
        book
        for _, book in generated
        if not is_flagship(book)
        and book.midpoint is not None
        and Decimal("0.1") < book.midpoint < Decimal("0.9")
    ]


def test_volume_of_ordinary_markets(
    generated: list[tuple[MarketFigures, Book]], world_cup: list[dict[str, str]]
) -> None:
    ours = [float(figures.volume) for figures, book in generated if not is_flagship(book)]
    theirs = [float(row["volume"]) for row in world_cup if row["market"] != "outright"]
    assert_within(ours, theirs, (0.5, 0.75, 0.9), 3)


def test_volume_of_flagship_markets(
    generated: list[tuple[MarketFigures, Book]], world_cup: list[dict[str, str]]
) -> None:
    ours = [float(figures.volume) for figures, book in generated if is_flagship(book)]
    theirs = [float(row["volume"]) for row in world_cup if row["market"] == "outright"]
    assert 0.02 < len(ours) / len(generated) < 0.1
    assert_within(ours, theirs, (0.5, 0.75, 0.9), 6)


def test_liquidity_per_volume(
    generated: list[tuple[MarketFigures, Book]], world_cup: list[dict[str, str]]
) -> None:
    ours = [
        float(figures.liquidity / figures.volume)
        for figures, book in generated
        if figures.volume > 10_000 and not is_flagship(book)
    ]
    theirs = [
        float(row["liquidity"]) / float(row["volume"])
        for row in world_cup
        if row["market"] != "outright" and row["liquidity"] and float(row["volume"])
    ]
    assert_within(ours, theirs, (0.25, 0.5, 0.75), 3)


def test_spread_with_a_coarse_tick(
    generated: list[tuple[MarketFigures, Book]], bitcoin: list[dict[str, float]]
) -> None:
    ours = [float(book.spread or 0) for book in middle(generated) if book.tick == Decimal("0.01")]
    theirs = [round(row["ask"] - row["bid"], 4) for row in bitcoin]
    assert_within(ours, theirs, (0.25, 0.5, 0.75), 1)
    assert_within(ours, theirs, (0.9, 0.95, 0.99), 2)


def test_spread_with_a_fine_tick(
    generated: list[tuple[MarketFigures, Book]], world_cup: list[dict[str, str]]
) -> None:
    ours = [float(book.spread or 0) for _, book in generated if book.tick == Decimal("0.001")]
    theirs = [
        round(float(row["ask"]) - float(row["bid"]), 4)
        for row in world_cup
        if row["bid"] and row["ask"] and (Decimal(row["bid"]) * 1000 % 10 or Decimal(row["ask"]) * 1000 % 10)
    ]
    assert quantile(theirs, 0.5) == quantile(ours, 0.5) == 0.001
    assert quantile(ours, 0.75) <= 0.004
    assert quantile(ours, 0.95) <= max(quantile(theirs, 0.95), 0.01)


def test_depth(generated: list[tuple[MarketFigures, Book]], bitcoin: list[dict[str, float]]) -> None:
    books = middle(generated)
    front = [float(side[-1][1]) for book in books for side in (book.bids, book.asks)]
    five = [sum(float(size) for _, size in side[-5:]) for book in books for side in (book.bids, book.asks)]
    theirs_front = [row[name] for row in bitcoin for name in ("bid_size", "ask_size")]
    theirs_five = [row[name] for row in bitcoin for name in ("bid_depth5", "ask_depth5")]
    assert_within(front, theirs_front, (0.1, 0.25, 0.5, 0.75, 0.9), 3)
    assert_within(five, theirs_five, (0.1, 0.25, 0.5, 0.75, 0.9), 2.5)


def test_tick_sizes(generated: list[tuple[MarketFigures, Book]], shared_data: Path) -> None:
    path = shared_data / "nautilus-fixtures" / "py_resources" / "markets.json.gz"
    with gzip.open(path) as file:
        recorded = [Decimal(str(row["minimum_tick_size"])) for row in json.load(file)["data"]]
    ours = [book.tick for _, book in generated]
    assert set(ours) == set(recorded) == {Decimal("0.01"), Decimal("0.001")}
    share, theirs = (
        sum(tick == Decimal("0.001") for tick in ticks) / len(ticks) for ticks in (ours, recorded)
    )
    assert theirs / 2.5 <= share <= theirs * 2.5
