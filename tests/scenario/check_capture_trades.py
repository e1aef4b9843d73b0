"""Checks paper fills against the recorded order books they claim to come from, with no code of the product.

Input: a folder with books.parquet, and trades as JSON lines {condition_id, side, book_time_ms, amount, rate, fills:[{price, shares, fee}]}.
Every fill must be what walking exactly one recorded snapshot level by level gives; all trades must agree on one time shift.
"""

import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = dict[str, Any]


def exact(number: float) -> Fraction:
    """The decimal a person reads in the file, not the binary float next to it."""
    return Fraction(repr(number))


def cut(number: Fraction, digits: int) -> Fraction:
    return Fraction(int(number * 10**digits), 10**digits)


def raised(number: Fraction, digits: int) -> Fraction:
    scaled = number * 10**digits
    return Fraction(-int(-scaled // 1), 10**digits)


def walk(row: Row, amount: Fraction, rate: Fraction) -> list[tuple[Fraction, Fraction, Fraction]]:
    """(price, shares, fee) level by level: shares to four decimals, cost up to six, fee down to five."""
    left = amount
    fills = []
    for price_float, size_float in zip(row["ask_px"], row["ask_sz"], strict=True):
        price, size = exact(price_float), exact(size_float)
        affordable = cut(left / price, 4)
        shares = min(size, affordable)
        if shares > 0:
            fills.append((price, shares, cut(shares * rate * price * (1 - price), 5)))
            left -= raised(price * shares, 6)
        if affordable <= size:
            break
    return fills


def read_rows(folder: Path) -> dict[tuple[str, str], dict[int, Row]]:
    rows: dict[tuple[str, str], dict[int, Row]] = {}
    for row in pq.read_table(folder / "books.parquet").to_pylist():
        rows.setdefault((row["market_id"], row["side"]), {})[int(row["ts"])] = row
    return rows


def shifts(trade: Row, rows: dict[tuple[str, str], dict[int, Row]]) -> set[int]:
    """Time shifts under which one snapshot of that token explains the trade to the last digit."""
    wanted = [(Fraction(f["price"]), Fraction(f["shares"]), Fraction(f["fee"])) for f in trade["fills"]]
    found = set()
    for at, row in rows[(trade["condition_id"], trade["side"])].items():
        if walk(row, Fraction(trade["amount"]), Fraction(trade["rate"])) == wanted:
            found.add(int(trade["book_time_ms"]) - at)
    return found


def check(folder: Path, trades: Iterator[Row]) -> tuple[int, list[str]]:
    """(number of trades that are explained, what is wrong)."""
    rows = read_rows(folder)
    common: set[int] | None = None
    wrong, explained = [], 0
    for trade in trades:
        possible = shifts(trade, rows)
        if not possible:
            wrong.append(f"no recorded snapshot gives these fills: {trade}")
            continue
        explained += 1
        common = possible if common is None else common & possible
        if not common:
            wrong.append(f"this trade's snapshot was shown at another time than the others': {trade}")
            common = None
    return explained, wrong


if __name__ == "__main__":
    count, problems = check(Path(sys.argv[1]), (json.loads(line) for line in sys.stdin))
    for problem in problems:
        print(problem)
    print(f"{count} trades explained by the recorded books, {len(problems)} problems")
    sys.exit(1 if problems or not count else 0)
