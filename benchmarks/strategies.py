"""Strategies of a real template, created and started as the API does it, only many at once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import insert, update

from api.temporal_gateway import TemporalGateway
from db.models import Strategy, StrategyVersion, StrategyWallet, User
from db.repositories.accounts import Owner, book, lock_money, open_account
from db.repositories.strategy_start import strategy_input
from db.session import Database, WriteSession
from domain.money import Usdc
from domain.portfolio import moves
from domain.portfolio.ledger import Totals
from domain.templates.catalogue import TEMPLATES

TEMPLATE = "politics-momentum-bot"
STARTING_AT_ONCE = 20
ALLOCATION = Decimal(500)


async def create(database: Database, count: int, interval_seconds: int) -> list[UUID]:
    """Strategies of one new user, wanted running."""
    template = TEMPLATES[TEMPLATE]
    graph = template.describe()["graph"]
    user = uuid4()
    strategies = [(uuid4(), uuid4(), number) for number in range(count)]
    async with database.write() as session:
        await session.execute(insert(User).values(id=user, name="benchmark"))
        await session.execute(
            insert(Strategy),
            [
                {
                    "id": strategy,
                    "user_id": user,
                    "name": f"Politics Momentum Bot {number}",
                    "interval_seconds": interval_seconds,
                }
                for strategy, _, number in strategies
            ],
        )
        await session.execute(
            insert(StrategyVersion),
            [
                {"id": version, "strategy_id": strategy, "number": 1, "graph": graph}
                for strategy, version, _ in strategies
            ],
        )
        await session.execute(
            insert(StrategyWallet),
            [{"id": uuid4(), "strategy_id": strategy} for strategy, _, _ in strategies],
        )
        await fund(session, user, [strategy for strategy, _, _ in strategies])
        for strategy, version, _ in strategies:
            await session.execute(
                update(Strategy)
                .where(Strategy.id == strategy)
                .values(version_id=version, desired_state="running", run_seq=1)
            )
    return [strategy for strategy, _, _ in strategies]


async def fund(session: WriteSession, user: UUID, strategies: Sequence[UUID]) -> None:
    """ALLOCATION for each, out of an account that has just enough."""
    owner, now = Owner(user, "paper"), datetime.now(UTC)
    await open_account(session, owner, Usdc(ALLOCATION * len(strategies)), now)
    money = await lock_money(session, owner, strategies)
    given = [
        move
        for strategy in strategies
        for move in moves.give(strategy, strategy, Usdc(ALLOCATION), Totals(), "given to the strategy")
    ]
    await book(session, money, given, now)


async def start(database: Database, gateway: TemporalGateway, strategies: Sequence[UUID]) -> None:
    """Returns when Temporal has taken every one of them."""
    places = asyncio.Semaphore(STARTING_AT_ONCE)

    async def begin(strategy: UUID) -> None:
        async with places:
            async with database.read() as session:
                wanted = await strategy_input(session, strategy)
            if wanted is None:
                raise RuntimeError(f"strategy {strategy} is not there")
            await gateway.start_strategy(wanted)

    await asyncio.gather(*(begin(strategy) for strategy in strategies))
