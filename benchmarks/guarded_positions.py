"""Positions with stop-losses on the sandbox's markets, bought on the books without a strategy's graph."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import orjson
from sqlalchemy import select

from api.temporal_gateway import TemporalGateway
from db.models import Position
from db.repositories import position_exits
from db.session import Database
from domain.money import Price
from domain.portfolio.exit_rule import ExitRule
from tests.desk import Desk, now
from tests.fixed_markets import FixedMarkets, a_market

AMOUNT = "5"
AT_ONCE = 10
PER_STRATEGY = 50
"""Markets that each strategy holds at most."""
NEVER = Price(Decimal("0.001"))


class Holder:
    """One user who holds Yes of sandbox markets at about 0.50, in as many strategies as it takes."""

    def __init__(
        self, database: Database, gateway: TemporalGateway, markets: Sequence[dict[str, Any]]
    ) -> None:
        self._gateway = gateway
        self._markets = markets
        self._tokens = {row["id"]: orjson.loads(row["clobTokenIds"])[0] for row in markets}
        self._desk = Desk(database)
        fixed = [a_market(row["id"], price="0.50") for row in markets]
        self._desk.markets = FixedMarkets(*(_with_token(one, self._tokens[one.id]) for one in fixed))

    @property
    def market_ids(self) -> list[str]:
        return list(self._tokens)

    def token(self, market: str) -> str:
        token: str = self._tokens[market]
        return token

    async def open(self) -> None:
        await self._desk.open("10000000")

    async def hold(self, count: int) -> None:
        """So many positions whose stops are out of reach, each with its guard."""
        for start in range(0, count, PER_STRATEGY):
            strategy = await self.strategy()
            wanted = self.market_ids[: min(PER_STRATEGY, count - start)]
            for market in wanted:
                await self.buy(strategy, market, NEVER)

    async def strategy(self) -> UUID:
        strategy = await self._desk.add_strategy("10000")
        await self._desk.limit(strategy, orders_per_minute_max=10_000)
        return strategy

    async def buy(self, strategy: UUID, market: str, stop: Price) -> UUID:
        """A position with a stop-loss at this price; its guard runs."""
        desk = self._desk
        fields = {"token_id": self._tokens[market], "condition_id": self._condition(market)}
        order = await desk.plan(strategy, AMOUNT, market, **fields)
        status = await desk.reserve(order)
        if status != "reserved":
            raise RuntimeError(f"{status}: {(await desk.order(order)).reason}")
        await desk.fill(order)
        async with desk.database.read() as reading:
            position_id = await reading.scalar(
                select(Position.id).where(
                    Position.strategy_id == strategy,
                    Position.token_id == self._tokens[market],
                    Position.closed_at.is_(None),
                )
            )
        if position_id is None:
            raise RuntimeError("bought nothing")
        rule = ExitRule(rule="stop_loss", kind="stop_loss", price=stop)
        async with desk.database.write() as session:
            position = await position_exits.lock_for_exit(session, position_id)
            if position is None:
                raise RuntimeError("the position is gone")
            await position_exits.set_exits(session, position, [rule], now())
        await self._gateway.wake_guard(position_id, strategy)
        return position_id

    def _condition(self, market: str) -> str:
        return str(next(row["conditionId"] for row in self._markets if row["id"] == market))


def _with_token(market: Any, token: str) -> Any:
    first, second = market.outcomes
    return market.model_copy(update={"outcomes": (first.model_copy(update={"token_id": token}), second)})


async def busy_markets(http: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """The sandbox's most traded markets whose price can be set."""
    rows: list[dict[str, Any]] = []
    while len(rows) < count:
        params: dict[str, str | int] = {
            "limit": 100,
            "offset": len(rows),
            "order": "volume24hr",
            "closed": "false",
        }
        page = (await http.get("/gamma/markets", params=params)).raise_for_status().json()
        if not page:
            break
        rows += page
    found: list[dict[str, Any]] = []
    for row in rows:
        answer = await http.post(f"/sandbox/markets/{row['id']}/price", json={"price": "0.50"})
        if answer.is_success:
            found.append(row)
        if len(found) == count:
            return found
        await asyncio.sleep(0)
    raise RuntimeError(f"the sandbox has only {len(found)} such markets")
