"""`python -m benchmarks.engine`: how much one worker does, against what Temporal alone would do on the same machine.

Every figure is taken on the embedded servers with the product's settings and real worker processes. `--report` writes the
figures into docs/benchmarks.md.
"""

import argparse
import asyncio
import os
import platform
import statistics
import time
from pathlib import Path

from benchmarks.measures import Lateness, Throughput, lateness, no_op_throughput, product_throughput

REPORT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
PARTS = ("throughput", "lateness", "requests")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_argument("--strategies", type=int, default=1000)
    parser.add_argument("--few", type=int, default=10, help="strategies that requests are compared with")
    parser.add_argument("--interval", type=int, default=60, help="seconds, for lateness and requests")
    parser.add_argument("--rounds", type=int, default=2, help="rounds of bare loop and product by turns")
    parser.add_argument("--warm-up", type=float, default=15, help="seconds before each throughput window")
    parser.add_argument("--window", type=float, default=20, help="seconds of each throughput window")
    parser.add_argument("--lateness-window", type=float, default=120, help="seconds")
    parser.add_argument("--report", action="store_true", help="write the figures into docs/benchmarks.md")
    return parser.parse_args()


async def throughput_lines(options: argparse.Namespace) -> list[str]:
    bare: list[Throughput] = []
    product: list[Throughput] = []
    for number in range(options.rounds):
        bare.append(await no_op_throughput(options.strategies, options.warm_up, options.window))
        print(f"round {number + 1}: bare loop {bare[-1].per_second:.1f}/s", flush=True)
        product.append(await product_throughput(options.strategies, options.warm_up, options.window))
        print(f"round {number + 1}: product {product[-1].per_second:.1f}/s", flush=True)
    ratio = mean(product) / mean(bare) if mean(bare) else 0
    return [
        f"Throughput, {options.strategies} workflows, {options.window:.0f} s windows:",
        "",
        "| | executions/s by round | mean | CPU ms per execution |",
        "|---|---|---|---|",
        row("bare loop: timer + no-op activity", bare),
        row("product: Politics Momentum Bot", product),
        f"| **ratio** | {rounds_of(product, bare)} | **{ratio:.2f}** (goal at least 0.5) | |",
        "",
    ]


def mean(found: list[Throughput]) -> float:
    return statistics.fmean(one.per_second for one in found)


def row(name: str, found: list[Throughput]) -> str:
    rounds = ", ".join(f"{one.per_second:.1f}" for one in found)
    parts = sorted({part for one in found for part in one.milliseconds})
    cost = {part: statistics.fmean(one.milliseconds.get(part, 0) for one in found) for part in parts}
    costs = ", ".join(f"{part} {spent:.1f}" for part, spent in cost.items())
    return f"| {name} | {rounds} | {mean(found):.1f} | {costs} |"


def rounds_of(product: list[Throughput], bare: list[Throughput]) -> str:
    return ", ".join(
        f"{mine.per_second / theirs.per_second:.2f}" if theirs.per_second else "?"
        for mine, theirs in zip(product, bare, strict=True)
    )


def lateness_lines(many: Lateness, options: argparse.Namespace) -> list[str]:
    cores = ", ".join(f"{part} {used:.2f}" for part, used in many.cores.items())
    return [
        f"Lateness, {options.strategies} strategies at {options.interval} s, window {options.lateness_window:.0f} s:",
        "",
        "| executions (due) | p50 | p99 | longest | history events per quiet execution | cores used |",
        "|---|---|---|---|---|---|",
        f"| {many.executions} ({many.due}) | {1000 * many.p50:.0f} ms | {1000 * many.p99:.0f} ms "
        f"| {1000 * many.longest:.0f} ms | {many.events_per_quiet_execution:g} (goal at most 11) | {cores} |",
        "",
    ]


def request_lines(few: Lateness | None, many: Lateness, options: argparse.Namespace) -> list[str]:
    few_row = [f"| {options.few} | {few.requests_per_minute:.1f} |"] if few else []
    return [
        f"Requests to the venue, strategies at {options.interval} s:",
        "",
        "| strategies | requests per minute |",
        "|---|---|",
        *few_row,
        f"| {options.strategies} | {many.requests_per_minute:.1f} |",
        "",
    ]


async def figures(options: argparse.Namespace) -> list[str]:
    wanted = options.only or PARTS
    began = time.monotonic()
    lines: list[str] = []
    if "throughput" in wanted:
        lines += await throughput_lines(options)
    if "lateness" in wanted or "requests" in wanted:
        many = await lateness(options.strategies, options.interval, options.lateness_window)
        lines += lateness_lines(many, options)
        print("\n".join(lines), flush=True)
        few = None
        if "requests" in wanted:
            few = await lateness(options.few, options.interval, options.lateness_window)
        lines += request_lines(few, many, options)
    taken = time.strftime("%Y-%m-%d", time.gmtime())
    load = os.getloadavg()[0]
    lines.append(
        f"Taken {taken} on {os.cpu_count()} cores ({platform.machine()}, Python {platform.python_version()}) "
        f"in {(time.monotonic() - began) / 60:.1f} minutes; load average at the end {load:.1f}."
    )
    return lines


def write_report(lines: list[str]) -> None:
    before, _, rest = REPORT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    REPORT.write_text(before + "\n".join((BEGIN, *lines, END)) + after)


def main() -> None:
    options = arguments()
    lines = asyncio.run(figures(options))
    print("\n" + "\n".join(lines))
    if options.report:
        write_report(lines)


if __name__ == "__main__":
    main()
