"""`python -m benchmarks.stop_loss`: from a price that the feed sends to the exit order posted, with few and with many open
positions on one worker; what the guards cost while nothing happens; and how soon positions are guarded again after the worker
was killed. Everything on the embedded servers with the product's settings and a real worker process.

`--report` writes the figures into docs/benchmarks.md.
"""

import argparse
import asyncio
import os
import platform
import signal
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import httpx
from sqlalchemy import select

from benchmarks.guarded_positions import Holder, busy_markets
from benchmarks.price_relay import PriceRelay
from benchmarks.stack import Stack, running_stack
from db.models import ExitRequest, Order
from domain.money import Price
from exchange.polymarket.environment import Addresses

REPORT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- stop-loss figures -->", "<!-- end of stop-loss figures -->"
STOP = Price(Decimal("0.40"))
HIGH, LOW = "0.50", "0.30"
SETTLED = 1.5
"""Seconds after which a new position is surely watched: rules are heard of at once."""
POSTED_MAX = 30.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stop_loss", description=__doc__)
    parser.add_argument(
        "--positions", type=int, nargs="+", default=[1, 1000], help="open positions, few to many"
    )
    parser.add_argument(
        "--samples", type=int, default=60, help="stop-losses triggered at each number of positions"
    )
    parser.add_argument("--markets", type=int, default=50, help="markets the positions are spread over")
    parser.add_argument(
        "--idle-window", type=float, default=60, help="seconds of doing nothing; 0 leaves it out"
    )
    parser.add_argument("--kills", type=int, default=3, help="how often the worker is killed")
    parser.add_argument("--report", action="store_true", help="write the figures into docs/benchmarks.md")
    return parser.parse_args()


@dataclass(frozen=True)
class Sample:
    """Seconds from the frame with the price sent: until the rule was judged, until the guard had planned the exit order, and
    until it was posted."""

    judged: float
    planned: float
    posted: float


class Bench:
    def __init__(self, stack: Stack, relay: PriceRelay, holder: Holder, http: httpx.AsyncClient) -> None:
        self.stack = stack
        self._relay = relay
        self._holder = holder
        self._http = http
        self._strategy: UUID | None = None

    async def set_price(self, market: str, price: str) -> None:
        answer = await self._http.post(f"/sandbox/markets/{market}/price", json={"price": price})
        answer.raise_for_status()

    async def samples(self, count: int) -> list[Sample]:
        """One after the other, each on the next market."""
        found = []
        for number in range(count):
            market = self._holder.market_ids[number % len(self._holder.market_ids)]
            position = await self.guarded(market)
            found.append(await self.fall(market, position))
        return found

    async def guarded(self, market: str) -> UUID:
        """A new position with a stop that is about to be reached, watched."""
        await self.set_price(market, HIGH)
        await asyncio.sleep(SETTLED)
        self._strategy = self._strategy or await self._holder.strategy()
        position = await self._holder.buy(self._strategy, market, STOP)
        deadline = time.monotonic() + POSTED_MAX
        while self._holder.token(market) not in self._relay.subscribed:
            if time.monotonic() > deadline:
                raise RuntimeError("the position is not watched")
            await asyncio.sleep(0.05)
        await asyncio.sleep(SETTLED)
        return position

    async def fall(self, market: str, position: UUID) -> Sample:
        began = time.time()
        await self.set_price(market, LOW)
        request, order = await self.posted(position)
        sent = self._relay.first_at_or_below(self._holder.token(market), STOP, began)
        if sent is None:
            raise RuntimeError("it sold without a price from the feed")
        await self.sold(position, request)
        assert order.posted_at is not None
        return Sample(
            judged=request.triggered_at.timestamp() - sent,
            planned=order.created_at.timestamp() - sent,
            posted=order.posted_at.timestamp() - sent,
        )

    async def posted(self, position: UUID) -> tuple[ExitRequest, Order]:
        async with asyncio.timeout(POSTED_MAX):
            while True:
                await asyncio.sleep(0.1)
                async with self.stack.database.read() as session:
                    row = (
                        await session.execute(
                            select(ExitRequest, Order)
                            .join(Order, Order.exit_request_id == ExitRequest.id)
                            .where(ExitRequest.position_id == position, Order.posted_at.is_not(None))
                            .order_by(Order.posted_at)
                        )
                    ).first()
                if row is not None:
                    return row[0], row[1]

    async def sold(self, position: UUID, request: ExitRequest) -> None:
        """The next one begins when this one is over."""
        async with asyncio.timeout(POSTED_MAX):
            while True:
                async with self.stack.database.read() as session:
                    known = await session.get(ExitRequest, request.id)
                if known is not None and known.done_at is not None:
                    return
                await asyncio.sleep(0.1)

    async def idle_cores(self, window: float) -> dict[str, float]:
        cpu, began = self.stack.cpu(), time.monotonic()
        await asyncio.sleep(window)
        seconds = time.monotonic() - began
        return {part: (used - cpu[part]) / seconds for part, used in self.stack.cpu().items()}

    async def guarded_again(self, market: str) -> float:
        """Seconds from `kill -9` of the worker, which another follows at once, to the exit order posted for a price that fell
        in between."""
        position = await self.guarded(market)
        killed = time.time()
        os.kill(self.stack.worker_pid, signal.SIGKILL)
        await self.set_price(market, LOW)
        self.stack.worker_pid = await self.stack.start_worker()
        request, order = await self.posted(position)
        await self.sold(position, request)
        assert order.posted_at is not None
        return order.posted_at.timestamp() - killed


def percentile(values: Sequence[float], share: float) -> float:
    """Of few samples the 99th of 100 is the highest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def row_of(count: int, found: Sequence[Sample]) -> str:
    posted = [one.posted for one in found]
    figures = (
        percentile(posted, 0.5),
        percentile(posted, 0.99),
        max(posted),
        statistics.median(one.judged for one in found),
        statistics.median(one.planned for one in found),
    )
    return f"| {count} | {len(found)} | " + " | ".join(f"{1000 * one:.0f} ms" for one in figures) + " |"


def cores_of(count: int, cores: dict[str, float]) -> str:
    total = cores.get("worker", 0) + cores.get("temporal", 0) + cores.get("postgres", 0)
    parts = ", ".join(f"{part} {used:.3f}" for part, used in cores.items() if part != "sandbox")
    return f"| {count} | {total:.3f} | {parts} |"


async def measure(bench: Bench, holder: Holder, options: argparse.Namespace) -> list[str]:
    latency = [
        "| open positions | stop-losses | p50 | p99 | longest | until judged, p50 | until planned, p50 |",
        "|---|---|---|---|---|---|---|",
    ]
    idle = ["| guards | cores | by part |", "|---|---|---|"]
    held = 0
    await bench.samples(1)
    for count in options.positions:
        await holder.hold(count - 1 - held)
        held = max(held, count - 1)
        await asyncio.sleep(5)
        if options.idle_window:
            idle.append(cores_of(held, await bench.idle_cores(options.idle_window)))
            print(idle[-1], flush=True)
        latency.append(row_of(count, await bench.samples(options.samples)))
        print(latency[-1], flush=True)
    lines = [
        "From the price sent by the feed to the exit order posted (goal p99 under 250 ms at 1,000):",
        "",
        *latency,
        "",
    ]
    if options.idle_window:
        lines += [f"While nothing is to be done, {options.idle_window:.0f} s each:", "", *idle, ""]
    if options.kills:
        market = holder.market_ids[0]
        took = [await bench.guarded_again(market) for _ in range(options.kills)]
        each = ", ".join(f"{one:.1f}" for one in took)
        lines += [
            f"Worker killed (kill -9) with {held} positions, exit posted again after {each} s (goal 20 s).",
            "",
        ]
    return lines


async def figures(options: argparse.Namespace) -> list[str]:
    began = time.monotonic()
    async with AsyncExitStack() as cleanup:
        relays: list[PriceRelay] = []

        async def prepare(sandbox_url: str) -> dict[str, str]:
            venue_url = Addresses.of_sandbox(sandbox_url).clob_market_ws_url
            assert venue_url is not None
            relays.append(await cleanup.enter_async_context(PriceRelay(venue_url).running()))
            return {"CASCADIAN_BENCHMARK_FEED": relays[0].url}

        stack = await cleanup.enter_async_context(running_stack("benchmarks.watch_worker", prepare))
        http = await cleanup.enter_async_context(httpx.AsyncClient(base_url=stack.sandbox_url, timeout=30))
        holder = Holder(stack.database, stack.gateway, await busy_markets(http, options.markets))
        await holder.open()
        await stack.gateway.start_price_watches()
        lines = await measure(Bench(stack, relays[0], holder, http), holder, options)
    taken = time.strftime("%Y-%m-%d", time.gmtime())
    lines.append(
        f"Taken {taken} on {os.cpu_count()} cores ({platform.machine()}, Python {platform.python_version()}) "
        f"in {(time.monotonic() - began) / 60:.1f} minutes; load average at the end {os.getloadavg()[0]:.1f}."
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
