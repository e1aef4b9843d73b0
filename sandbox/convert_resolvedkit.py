"""Turns the resolvedkit sample (books.parquet, markets.parquet) into a capture: `python -m sandbox.convert_resolvedkit SRC OUT`.

Prices and sizes are stored as floats there; they are written as the shortest decimal text that is the same float.
"""

import argparse
import sys
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from sandbox.replay.capture_files import (
    FORMAT,
    VERSION,
    CapturedFees,
    CapturedMarket,
    CaptureManifest,
    write_capture,
)

FIRST_ID = 7_000_000
SIDES = ("UP", "DOWN")
SOURCE = "resolvedkit 0.1.0 sample data, Resolved Markets"
LICENCE = "CC BY 4.0"


def token_of(market_id: str, side: str) -> str:
    """The sample has no token ids; these are made from market and side and are always the same."""
    return str(int(sha256(f"{market_id}|{side}".encode()).hexdigest(), 16) | (1 << 255))


def exact_text(value: float) -> str:
    return format(Decimal(repr(value)), "f")


def convert(source: Path, target: Path) -> int:
    """Returns the number of snapshots written. Raises FileNotFoundError when the sample is not there."""
    import pyarrow.parquet as pq  # dev-only dependency

    markets: list[dict[str, Any]] = pq.read_table(source / "markets.parquet").to_pylist()
    rows: list[dict[str, Any]] = pq.read_table(source / "books.parquet").to_pylist()
    rows.sort(key=lambda row: (row["ts"], row["market_id"], row["side"]))
    spans: dict[str, tuple[int, int]] = {}
    for row in rows:
        first, _ = spans.get(row["market_id"], (row["ts"], row["ts"]))
        spans[row["market_id"]] = (first, row["ts"])
    listed = [
        _market(number, market, spans[market["market_id"]])
        for number, market in enumerate(sorted(markets, key=lambda market: int(market["start_ts"])))
        if market["market_id"] in spans
    ]
    manifest = CaptureManifest(
        format=FORMAT, version=VERSION, name=source.name, source=SOURCE, licence=LICENCE
    )
    return write_capture(target, manifest, listed, _books(rows))


def _market(number: int, market: dict[str, Any], span: tuple[int, int]) -> CapturedMarket:
    first, last = span
    return CapturedMarket(
        id=str(FIRST_ID + number), event_id=str(FIRST_ID + number), event_slug=market["slug"],
        event_title=market["question"], slug=market["slug"], question=market["question"], category=market["category"],
        tags=("bitcoin", "up-or-down"), condition_id=market["market_id"],
        outcomes=(market["outcome_up"], market["outcome_down"]),
        token_ids=(token_of(market["market_id"], "UP"), token_of(market["market_id"], "DOWN")), opens_ms=first,
        ends_ms=int(market["end_ts"]), closes_ms=max(last, int(market["end_ts"])) + 1,
        payouts=(Decimal(exact_text(market["payout_up"])), Decimal(exact_text(market["payout_down"]))),
        fees=CapturedFees(kind="crypto_fees_v2", rate=Decimal("0.07"), rebate_rate=Decimal("0.2")),
    )  # fmt: skip


def _books(rows: list[dict[str, Any]]) -> Iterator[dict[str, object]]:
    for row in rows:
        if row["side"] not in SIDES:
            raise ValueError(f"unknown side {row['side']!r}")
        yield {
            "t": row["ts"],
            "token_id": token_of(row["market_id"], row["side"]),
            "bids": _levels(row["bid_px"], row["bid_sz"]),
            "asks": _levels(row["ask_px"], row["ask_sz"]),
        }


def _levels(prices: list[float], sizes: list[float]) -> list[list[str]]:
    """Best first, as in the source."""
    return [[exact_text(price), exact_text(size)] for price, size in zip(prices, sizes, strict=True)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.convert_resolvedkit", description=__doc__)
    parser.add_argument("source", type=Path, help="folder with books.parquet and markets.parquet")
    parser.add_argument("target", type=Path, help="folder to write the capture to")
    options = parser.parse_args()
    count = convert(options.source, options.target)
    sys.stdout.write(f"{count} snapshots written to {options.target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
