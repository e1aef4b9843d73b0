"""Formula evaluations per second against plain Python doing the same by hand: `python -m benchmarks.formulas [seconds]`.

Both are given decimal text and give text, in turns within one run, so that their ratio does not depend on how busy the
machine is. "engine" is all of it: worker to child process and back; "python" is a function written for that formula.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from formulas.engine import MATHJS_FILE, FormulaEngine

BUNDLE = Path(__file__).parents[1] / "web" / "dist" / "engine" / MATHJS_FILE
NAMES = ("price", "volume", "volume_24h", "spread", "momentum_1h")
MARKETS = 200
"""As many as a usual query finds."""
Row = tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """The same computation twice."""

    formula: str
    by_hand: Callable[[Mapping[str, float]], object]


PAIRS = (
    Pair("price > 0.4", lambda given: given["price"] > 0.4),
    Pair(
        "volume_24h / volume > 0.1 and spread < 0.02 and momentum_1h > 0.05",
        lambda given: (
            given["volume_24h"] / given["volume"] > 0.1
            and given["spread"] < 0.02
            and given["momentum_1h"] > 0.05
        ),
    ),
    Pair(
        "round(sqrt(volume) * (1 - price)^2 + abs(momentum_1h) * 100, 2)",
        lambda given: round(
            given["volume"] ** 0.5 * (1 - given["price"]) ** 2 + abs(given["momentum_1h"]) * 100, 2
        ),
    ),
    Pair(
        "std([price, spread, momentum_1h]) > 0.2 ? 'wild' : 'calm'",
        lambda given: (
            "wild"
            if statistics.stdev((given["price"], given["spread"], given["momentum_1h"])) > 0.2
            else "calm"
        ),
    ),
)


def rows() -> list[Row]:
    return [
        (
            f"{(number % 97 + 1) / 100}",
            f"{100_000 + number * 7919}",
            f"{5_000 + number * 331}",
            f"{(number % 9 + 1) / 200}",
            f"{(number % 41 - 20) / 100}",
        )
        for number in range(MARKETS)
    ]


def by_hand(pair: Pair, given: Sequence[Row]) -> list[str]:
    return [
        str(pair.by_hand({name: float(text) for name, text in zip(NAMES, row, strict=True)})) for row in given
    ]


async def compared(engine: FormulaEngine, pair: Pair, seconds: float) -> tuple[float, float]:
    """Evaluations per second of the engine and of Python, median over turns."""
    given = rows()
    await engine.evaluate(pair.formula, NAMES, given)
    engine_rates: list[float] = []
    hand_rates: list[float] = []
    end = time.monotonic() + seconds
    while len(engine_rates) < 5 or time.monotonic() < end:
        began = time.perf_counter()
        results = await engine.evaluate(pair.formula, NAMES, given)
        engine_rates.append(MARKETS / (time.perf_counter() - began))
        began = time.perf_counter()
        expected = by_hand(pair, given)
        hand_rates.append(MARKETS / (time.perf_counter() - began))
        agree(pair, [result.value for result in results], expected)
    return statistics.median(engine_rates), statistics.median(hand_rates)


def agree(pair: Pair, ours: Sequence[str], expected: Sequence[str]) -> None:
    """A benchmark of two things that differ would say nothing."""
    for given, wanted in zip(ours, expected, strict=True):
        if given != wanted.lower() and float(given) != float(wanted):
            raise SystemExit(f"{pair.formula}: the engine says {given}, Python {wanted}")


async def main(seconds: float) -> None:
    engine = FormulaEngine(BUNDLE)
    began = time.perf_counter()
    await engine.start()
    print(f"start of the engine: {time.perf_counter() - began:.2f} s; {MARKETS} markets at a time")
    print("engine/s    python/s    python is faster by    formula")
    for pair in PAIRS:
        ours, hand = await compared(engine, pair, seconds)
        print(f"{ours:8,.0f}  {hand:10,.0f}  {hand / ours:21.1f}    {pair.formula}")
    await engine.stop()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0))
