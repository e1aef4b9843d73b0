"""A market of the sandbox is bought, proposed, disputed, proposed otherwise and resolved: over the venue's own protocol."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import httpx
import pytest_asyncio

from db.models import Order
from domain.market.market import Market, Outcome
from domain.market.query import MarketQuery
from domain.money import Price, Shares, proceeds_of
from exchange.market_data import CachePolicy
from exchange.polymarket.create import create_market_data
from exchange.polymarket.environment import Addresses
from sandbox.config import SandboxConfig
from sandbox.serve import running_sandbox
from tests.desk import Desk
from tests.ended_markets import look, standing, told, trades

TAKEN: set[str] = set()


class SandboxDesk(Desk):
    """Its markets are those of a sandbox, read anew each time; `admin` tells the sandbox what happens."""

    admin: httpx.AsyncClient

    async def some_market(self) -> Market:
        """One that no test has taken before: every sandbox has the same ids, and how a market ended is kept."""
        found = await self.markets.markets(MarketQuery(limit=200, volume_min=Decimal(100_000)))
        market = next(
            market
            for market in found.markets
            if Decimal("0.3") < market.price < Decimal("0.7")
            and not market.neg_risk
            and market.tradable
            and market.id not in TAKEN
        )
        TAKEN.add(market.id)
        return market

    async def plan_entry(self, strategy: UUID, market: Market, outcome: Outcome, amount: str) -> UUID:
        return await self.plan(
            strategy,
            amount,
            market.id,
            condition_id=market.condition_id,
            question=market.question,
            token_id=outcome.token_id,
            outcome=outcome.name,
        )

    async def buys(self, strategy: UUID, market: Market, outcome: Outcome, amount: str) -> Order:
        order = await self.plan_entry(strategy, market, outcome, amount)
        assert await self.reserve(order) == "reserved", (await self.order(order)).status_reason
        await self.fill(order)
        return await self.order(order)

    async def venue(self, market: Market, what: str, outcome: str | None = None) -> None:
        answer = await self.admin.post(f"/sandbox/markets/{market.id}/{what}", json={"outcome": outcome})
        assert answer.status_code == 200, answer.text


@pytest_asyncio.fixture
async def desk(desk: Desk) -> AsyncIterator[SandboxDesk]:
    async with (
        running_sandbox(SandboxConfig(seed=5)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as admin,
    ):
        markets = create_market_data(Addresses.of_sandbox(url), cache=CachePolicy(markets=timedelta(0)))
        own = SandboxDesk(desk.database)
        own.markets, own.admin = markets, admin  # type: ignore[assignment]
        yield own
        await markets.close()


async def test_bought_proposed_disputed_flipped_and_resolved_pays_the_other_outcome(
    desk: SandboxDesk,
) -> None:
    await desk.open("2000", "500", "500")
    wins, loses = desk.strategies
    market = await desk.some_market()
    first, second = market.outcomes
    lost = await desk.buys(loses, market, first, "40")
    won = await desk.buys(wins, market, second, "30")
    waiting = await desk.plan_entry(wins, market, second, "20")
    assert await desk.reserve(waiting) == "reserved"
    deployed = [(await desk.wallet(each)).deployed_amount for each in (wins, loses)]
    assert await look(desk) == (0, 0, 0)
    assert (await standing(desk, market.id)).ends_at == market.end_at
    for what, outcome in (("propose", first.name), ("dispute", None), ("propose", second.name)):
        await desk.venue(market, what, outcome)
        assert await look(desk) == (1, 0, 0)
        assert [(await desk.wallet(each)).deployed_amount for each in (wins, loses)] == deployed
    await desk.venue(market, "resolve", second.name)
    assert await look(desk) == (1, 1, 2)
    assert await look(desk) == (0, 0, 0)
    row = await standing(desk, market.id)
    assert (row.state, row.winner) == ("resolved", second.name)
    steps = [(step["state"], step["proposed_outcome"]) for step in row.history]
    assert steps == [
        ("proposed", first.name),
        ("disputed", first.name),
        ("proposed", second.name),
        ("resolved", None),
    ]
    assert row.history[-1]["statuses"] == ["proposed", "disputed", "proposed"]
    gain = (await desk.wallet(wins)).realised_pnl
    assert gain == won.filled_shares - won.filled_amount - won.fee
    assert (await desk.wallet(loses)).realised_pnl == -lost.filled_amount - lost.fee
    cancelled = await desk.order(waiting)
    assert (cancelled.status, cancelled.status_rule) == ("cancelled", "market_resolved")
    assert [(await desk.wallet(each)).reserved_amount for each in (wins, loses)] == [0, 0]
    kinds = [kind for kind, _ in await told(desk, market.id)]
    assert (
        kinds
        == ["market_proposed"] * 2
        + ["market_disputed"] * 2
        + ["market_proposed"] * 2
        + ["market_resolved"] * 2
    )
    assert {trade.status for trade in await trades(desk, market.id)} == {"settled", "cancelled"}


async def test_a_market_that_the_sandbox_voids_pays_a_half(desk: SandboxDesk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = await desk.some_market()
    entry = await desk.buys(strategy, market, market.outcomes[0], "40")
    await desk.venue(market, "propose", None)
    assert (await look(desk)).changed == 1
    await desk.venue(market, "resolve", None)
    assert (await look(desk)).paid == 1
    paid = proceeds_of(Price(Decimal("0.5")), Shares(entry.filled_shares))
    assert (await desk.wallet(strategy)).realised_pnl == paid - entry.filled_amount - entry.fee
    assert (await standing(desk, market.id)).state == "void"


async def test_the_order_book_service_of_the_sandbox_names_the_winner(desk: SandboxDesk) -> None:
    market = await desk.some_market()
    before = (await desk.markets.clob_words([market.condition_id]))[market.condition_id].word
    assert before is not None
    assert (before.closed, before.winners, before.tie) == (False, (), False)
    unknown = "0x" + "0" * 64
    found = await desk.markets.clob_words([unknown, "not an id"])
    assert [answer.word for answer in found.values()] == [None, None]
    await desk.venue(market, "resolve", market.outcomes[1].name)
    after = (await desk.markets.clob_words([market.condition_id]))[market.condition_id].word
    assert after is not None
    assert (after.closed, after.winners) == (True, (market.outcomes[1].token_id,))
    known = (await desk.markets.markets_by_id([market.id])).markets
    assert [each.closed for each in known] == [True]
