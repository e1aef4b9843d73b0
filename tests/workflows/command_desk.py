"""A desk whose strategies run under versions, and the commands as the API gives them. Nobody works for Temporal here."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from temporalio.testing import ActivityEnvironment

from activities.evaluation import EvaluationActivities
from activities.withdrawal import WithdrawalActivities
from api.strategies.command_strategy import Command, pause_strategy, stop_strategy
from api.strategies.want_state import StopChoice
from api.temporal_gateway import TemporalGateway
from api.trading_state.end_forbidden import end_forbidden
from api.trading_state.schemas import SetTradingState
from api.trading_state.set_trading_state import set_trading_state
from api.wind_down_strategies import wind_down_strategy
from api.withdrawals.begin_withdrawal import Beginning, begin_withdrawal
from contracts.evaluation import Evaluate, Evaluated
from contracts.withdrawal import WithdrawalLook
from db.models import ExitRequest, Order, Position, Strategy, Withdrawal
from db.repositories.order_settlement import book_sale, finish
from db.repositories.withdrawals import withdrawal_input
from db.session import Database, WriteSession
from domain.graph.graph import Graph
from launcher.temporal_server import EmbeddedTemporal
from tests.desk import Desk, fill_of, in_order, now
from tests.engine import Engine
from tests.workflows.graphs import watching


def gateway_to(temporal: EmbeddedTemporal) -> TemporalGateway:
    """Of a task queue that nobody works for."""
    return TemporalGateway(
        address=temporal.address,
        namespace="default",
        task_queue=f"test-{uuid4()}",
        api_key=None,
        tls=False,
        continue_as_new_events=500,
    )


class CommandDesk(Desk):
    """A desk whose strategies run under versions, and the commands as the API gives them."""

    def __init__(self, database: Database, gateway: TemporalGateway) -> None:
        super().__init__(database)
        self.gateway = gateway

    async def running(self, graph: Graph | None = None) -> UUID:
        if not self.strategies:
            await self.open("10000")
        engine = Engine(self.database, self.gateway, self.markets, None, "none")  # type: ignore[arg-type]
        strategy = await engine.create(graph or watching(), owner=self.user)
        await self.set(strategy, desired_state="running", status="running", run_seq=1, running_since=now())
        self.strategies.append(strategy)
        return strategy

    async def set(self, strategy: UUID, **columns: Any) -> None:
        async with self.database.write() as session:
            await session.execute(update(Strategy).where(Strategy.id == strategy).values(**columns))

    async def give(self, name: str, strategy: UUID) -> None:
        """One of COMMANDS, and what its workflow or the round over the books does first."""

        async def first_time(session: WriteSession) -> bool:
            return True

        command = Command(self.user, strategy, now(), "sandbox", first_time)
        if name == "pause":
            await pause_strategy(self.database, self.gateway, command)
        elif name == "halt":
            await self.trade("halted")
        elif name == "withdraw":
            beginning = Beginning(self.user, strategy, uuid4(), 168, now())
            await begin_withdrawal(self.database, self.gateway, beginning)
            await self.look(strategy)
        else:
            choice: StopChoice = name  # type: ignore[assignment]
            await stop_strategy(self.database, self.gateway, command, choice)

    async def trade(self, state: Any, **fields: Any) -> None:
        wanted = SetTradingState(state=state, **fields)
        await set_trading_state(self.database, self.gateway, self.user, wanted, now())

    async def look(self, strategy: UUID) -> WithdrawalLook:
        """As the withdrawal's workflow does."""
        looking = WithdrawalActivities(self.database, now).look_at_withdrawal
        start = withdrawal_input(await self.the(Withdrawal, strategy))
        return await ActivityEnvironment().run(looking, start)

    async def round(self) -> None:
        """What the API does again and again, for this user."""
        for strategy in self.strategies:
            await wind_down_strategy(self.database, self.gateway, strategy, now())
        await end_forbidden(self.database, self.gateway, self.user, now())

    async def the(self, model: Any, strategy: UUID) -> Any:
        async with self.database.read() as session:
            return (await session.scalars(select(model).where(model.strategy_id == strategy))).one()

    async def row(self, strategy: UUID) -> Strategy:
        async with self.database.read() as session:
            return await session.get_one(Strategy, strategy)

    async def in_status(self, strategy: UUID, status: str) -> UUID:
        """An entry order with its money set aside, so far on its way."""
        order = await self.plan(strategy)
        assert await self.reserve(order) == "reserved"
        await self.move(order, status)
        return order

    async def move(self, order: UUID, status: str) -> None:
        async def step(session: WriteSession, locked: Order) -> None:
            locked.status = status

        await in_order(self, order, step)

    async def exit_rules(self, strategy: UUID) -> list[tuple[str, str]]:
        """What was asked of the guards."""
        async with self.database.read() as session:
            rows = await session.execute(
                select(ExitRequest.rule, ExitRequest.status).where(ExitRequest.strategy_id == strategy)
            )
            return [(row.rule, row.status) for row in rows]

    async def evaluate(self, strategy: UUID, number: int, trigger: Any, minutes: int = 0) -> Evaluated:
        at = now() + timedelta(minutes=minutes)
        request = Evaluate(
            strategy_id=strategy,
            run_seq=1,
            number=number,
            trigger=trigger,
            scheduled_for=at,
            at=at,
            next_execution_at=at + timedelta(minutes=5),
        )
        evaluating = EvaluationActivities(self.database, self.markets, "sandbox", now)
        return await ActivityEnvironment().run(evaluating.evaluate, request)


async def sell_all(desk: CommandDesk, strategy: UUID) -> None:
    """As the guard would."""
    async with desk.database.read() as session:
        query = select(Position).where(Position.strategy_id == strategy, Position.closed_at.is_(None))
        held = (await session.scalars(query)).all()
    for position in held:
        order = await desk.sale(strategy, str(position.shares))
        assert await desk.reserve(order) == "reserved"
        fill = fill_of(order, str(position.shares))

        async def book(session: WriteSession, locked: Order, fill: Any = fill) -> None:
            await book_sale(session, locked, fill, now())
            await finish(session, locked, "filled", now())

        await in_order(desk, order, book)
    assert (await desk.wallet(strategy)).deployed_amount == Decimal(0)
