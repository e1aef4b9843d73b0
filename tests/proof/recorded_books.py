"""The recorded order books, read twice: by the tests' own hand from the file, and along the product's whole way from sandbox to domain."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from shutil import copyfile
from typing import Any

import orjson
import pyarrow.parquet as pq
from polymarket.models.clob import OrderBook as SdkBook

from domain.market.order_book import OrderBook
from exchange.polymarket.book_parsing import book_from
from sandbox.convert_resolvedkit import convert, token_of
from sandbox.replay.capture_venue import CaptureVenue, open_capture
from sandbox.wire.clob_book import book_object
from tests.proof.fill_rules import Levels


@dataclass(frozen=True)
class Recorded:
    """One snapshot as it stands in the file, best level first."""

    market: str
    side: str
    at_ms: int
    bids: Levels
    asks: Levels

    @property
    def tick(self) -> Fraction:
        """The markets tick in cents; a book with a finer price has the finer tick."""
        prices = [price for price, _ in (*self.bids, *self.asks)]
        return Fraction(1, 100) if all(price * 100 % 1 == 0 for price in prices) else Fraction(1, 1000)


@lru_cache(maxsize=2)
def table_of(folder: Path, every: int) -> Any:
    """Every `every`-th snapshot, by time."""
    table = pq.read_table(folder / "books.parquet").sort_by(
        [("ts", "ascending"), ("market_id", "ascending"), ("side", "ascending")]
    )
    return table.take(list(range(0, table.num_rows, every)))


def recorded(folder: Path, every: int = 1) -> Iterator[Recorded]:
    """Every `every`-th snapshot, oldest first."""
    for row in table_of(folder, every).to_pylist():
        yield Recorded(
            row["market_id"],
            row["side"],
            int(row["ts"]),
            _levels(row["bid_px"], row["bid_sz"]),
            _levels(row["ask_px"], row["ask_sz"]),
        )


def _levels(prices: list[float], sizes: list[float]) -> Levels:
    """The decimals a person reads in the file, not the binary floats next to them."""
    pairs = zip(prices, sizes, strict=True)
    return tuple((Fraction(repr(price)), Fraction(repr(size))) for price, size in pairs)


class ProductsEyes:
    """The same snapshots as the product sees them: replayed by the sandbox, written as wire JSON, parsed by the exchange's client."""

    def __init__(self, folder: Path, work: Path, every: int = 1) -> None:
        table = table_of(folder, every)
        source = work / "source"
        source.mkdir()
        pq.write_table(table, source / "books.parquet")
        copyfile(folder / "markets.parquet", source / "markets.parquet")
        convert(source, work / "capture")
        first = min(table.column("ts").to_pylist())
        self._venue: CaptureVenue = open_capture(work / "capture", first, repeat=False)

    def book(self, snapshot: Recorded) -> OrderBook | None:
        """None when that market had closed by then."""
        found = self._venue.book(token_of(snapshot.market, snapshot.side), snapshot.at_ms)
        if found is None:
            return None
        wire = json.loads(orjson.dumps(book_object(found)))
        at = datetime.fromtimestamp(snapshot.at_ms / 1000, UTC)
        return book_from(SdkBook.model_validate(wire), at)
