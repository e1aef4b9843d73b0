"""A sandbox as its own process, and the venue's side of a scenario: what markets are like, and prices as a test scripts them."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import orjson

from tests.product import ROOT

START_SECONDS = 30
LEAST, MOST = Decimal("0.1"), Decimal("0.7")
FORCED_LEAST = Decimal("0.003")


@dataclass(frozen=True)
class Seen:
    """A market as the venue lists it. `hour_ago`: price of the first outcome an hour before."""

    id: str
    volume: Decimal
    price: Decimal
    hour_ago: Decimal
    shares_its_event: bool
    """One of several of which exactly one wins: what one loses, the others gain."""

    @property
    def momentum(self) -> Decimal:
        return self.price / self.hour_ago - 1

    @property
    def roomy(self) -> bool:
        """The price may rise or fall by a fifth and still is an ordinary one."""
        return all(LEAST < price < MOST for price in (self.price, self.hour_ago))


class SandboxProcess:
    """The venue from outside, by no code of the product."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url = url
        self._http = http

    async def advance(self, step: timedelta) -> None:
        await self._post("/sandbox/clock", {"seconds": step.total_seconds()})

    async def force(self, market: Seen, price: Decimal) -> None:
        """The price jumps there now and moves on from there."""
        price = min(max(round(price, 3), FORCED_LEAST), 1 - FORCED_LEAST)
        await self._post(f"/sandbox/markets/{market.id}/price", {"price": str(price)})

    async def close(self, market: Seen) -> None:
        """The market ends in a tie now, and is listed no more."""
        answer = await self._http.post(f"/sandbox/markets/{market.id}/resolve", json={"outcome": None})
        assert answer.status_code in (200, 409), "409: its event ended already"

    async def busy_markets(self, volume: int, tag: str | None = None) -> list[Seen]:
        """Open markets above that volume, biggest first."""
        found: list[Seen] = []
        for row in await self.listing(volume, tag):
            quotes = [Decimal(str(row[side])) for side in ("bestBid", "bestAsk") if row.get(side) is not None]
            shown = quotes or [Decimal(orjson.loads(row["outcomePrices"])[0])]
            price = sum(shown, Decimal(0)) / len(shown)
            hour_ago = price - Decimal(str(row["oneHourPriceChange"]))
            traded = Decimal(str(row["volumeNum"]))
            found.append(Seen(row["id"], traded, price, hour_ago, bool(row["negRisk"])))
        return found

    async def listing(self, volume: int, tag: str | None = None) -> list[dict[str, Any]]:
        """All open markets above that volume, biggest first, as the venue says it."""
        asked: dict[str, Any] = {"closed": "false", "volume_num_min": volume, "limit": 100}
        if tag is not None:
            asked["tag_id"] = (await self._get(f"/gamma/tags/slug/{tag}"))["id"]
        rows: list[dict[str, Any]] = []
        while True:
            page = await self._get("/gamma/markets", **asked, offset=len(rows))
            rows.extend(page)
            if len(page) < 100:
                return sorted(rows, key=lambda row: -float(row["volumeNum"]))

    async def _get(self, path: str, **params: Any) -> Any:
        answer = await self._http.get(path, params=params)
        answer.raise_for_status()
        return answer.json()

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        (await self._http.post(path, json=body)).raise_for_status()


@asynccontextmanager
async def sandbox_process(start: datetime, seed: int = 7) -> AsyncIterator[SandboxProcess]:
    """`start`: its time when it starts. Ended whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "sandbox", "--seed", str(seed), "--start", start.isoformat()),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), START_SECONDS)).decode()
        found = re.search(r"http://\S+", line)
        assert found is not None, line
        async with httpx.AsyncClient(base_url=found.group(), timeout=30) as http:
            yield SandboxProcess(found.group(), http)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()
