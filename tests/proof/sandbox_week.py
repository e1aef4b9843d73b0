"""Days of trading on the sandbox in simulated time: the product's activities on a real database, driven as its workflows drive them."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from temporalio.testing import ActivityEnvironment

from activities.evaluation import EvaluationActivities
from activities.order_following import OrderFollowing
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from activities.position_guard import PositionGuard
from activities.winding_down import wind_down
from api.settle_resolutions import settle_resolutions
from contracts.evaluation import Evaluate
from contracts.exit import GuardInput
from contracts.order import OrderInput
from db.models import ExitRequest, Order, Position, Strategy
from db.repositories.armed_exits import Shard, armed_exits, save_progress
from db.repositories.exit_requests import request_exit
from db.repositories.exit_triggers import Triggered, trigger
from db.repositories.position_exits import lock_for_exit, set_exits
from db.session import Database
from domain.graph.graph import Graph
from domain.market.live_book import LiveBook
from domain.orders.next_step import next_step
from domain.portfolio.exit_reason import evidence_of, reason_of
from domain.portfolio.exit_rule import ExitRule
from domain.portfolio.watched_exits import Trigger, WatchedExits
from tests.api.conftest import dead_gateway
from tests.desk import Desk
from tests.engine import Engine
from tests.proof.sandbox_data import SandboxData

SOURCE = "sandbox"
PRICES_EVERY = timedelta(minutes=10)
EXECUTES_EVERY = timedelta(hours=1)
RESOLUTIONS_EVERY = timedelta(hours=1)
HALF = ExitRule(rule="half_profit", kind="take_profit", ratio=Decimal("0.01"), part_ratio=Decimal("0.5"))
MOST_ROUNDS = 12


class SandboxWeek:
    """One user with strategies. What Temporal would do at a moment is done at that moment."""

    def __init__(self, database: Database, seed: int, start: datetime) -> None:
        self.database = database
        self.data = SandboxData(seed, start)
        self.desk = Desk(database)
        self.gateway = dead_gateway()
        self.strategies: list[UUID] = []
        self.exits = WatchedExits()
        self.numbers: dict[UUID, int] = {}
        data: Any = self.data
        clock: Callable[[], datetime] = self.data.now
        self._evaluating = EvaluationActivities(database, data, SOURCE, clock)
        self._guarding = PositionGuard(database, data, clock)
        self._steps: dict[str, Callable[[OrderInput], Awaitable[Any]]] = {
            "reserve": OrderReservation(database, data, clock).reserve_order,
            "post": OrderPosting(database, data, clock).post_order,
            "look": OrderFollowing(database, data, clock).follow_order,
            "settle": OrderTracking(database, clock).track_order,
        }

    @property
    def now(self) -> datetime:
        return self.data.now()

    async def open(self, allocation: str, *graphs: Graph) -> None:
        await self.desk.open("10000")
        await self.desk.limit(None, daily_loss_ratio_max="1")
        engine = Engine(self.database, self.gateway, None, None, "none")  # type: ignore[arg-type]
        for graph in graphs:
            strategy = await engine.create(graph, allocation=allocation, owner=self.desk.user)
            await self._set(strategy, desired_state="running", status="running", run_seq=1)
            self.strategies.append(strategy)
            self.numbers[strategy] = 0

    async def _set(self, strategy: UUID, **columns: Any) -> None:
        async with self.database.write() as session:
            await session.execute(update(Strategy).where(Strategy.id == strategy).values(**columns))

    async def go_on_for(self, duration: timedelta) -> None:
        until = self.now + duration
        while self.now < until:
            self.data.at(self.now + PRICES_EVERY)
            await self._watch_prices()
            if _falls_on(self.now, RESOLUTIONS_EVERY):
                await self._look_at_ended_markets()
            await self.settle_down()
            if _falls_on(self.now, EXECUTES_EVERY):
                for strategy in self.strategies:
                    await self._execute(strategy)

    # What runs by itself

    async def _execute(self, strategy: UUID) -> None:
        """One execution, its orders, and what goes on behind them."""
        self.numbers[strategy] += 1
        await self._evaluate(strategy, "schedule")
        await self.settle_down()
        for _ in range(MOST_ROUNDS):
            if await self._evaluate(strategy, "continuation") == "nothing_due":
                return

    async def _evaluate(self, strategy: UUID, why: Any) -> str:
        request = Evaluate(
            strategy_id=strategy,
            run_seq=1,
            number=self.numbers[strategy],
            trigger=why,
            scheduled_for=self.now,
            at=self.now,
            next_execution_at=self.now + EXECUTES_EVERY,
        )
        answer = await ActivityEnvironment().run(self._evaluating.evaluate, request)
        assert answer.outcome != "failed", answer
        return answer.outcome

    async def settle_down(self) -> None:
        """Guards and orders, until nothing moves any more at this moment."""
        for _ in range(MOST_ROUNDS):
            orders = await self._open(Order, Order.final_at)
            moved = [await self._advance(order) for order in orders]
            asked = {request.position_id for request in await self._open(ExitRequest, ExitRequest.done_at)}
            planned = [await self._guard(position) for position in sorted(asked)]
            if not any(moved) and not any(planned):
                return

    async def _open(self, model: Any, ended: Any) -> list[Any]:
        async with self.database.read() as session:
            rows = await session.scalars(
                select(model)
                .where(model.user_id == self.desk.user, ended.is_(None))
                .order_by(model.created_at, model.id)
            )
            return list(rows)

    async def _advance(self, order: Order) -> bool:
        """As the order's workflow, until it is over or rests; whether it moved."""
        request = OrderInput(order_id=order.id, strategy_id=order.strategy_id)
        status, final, moved = order.status, order.final_at is not None, False
        while (todo := next_step(status, final=final)) != "end":
            answer: Any = await ActivityEnvironment().run(self._steps[todo], request)
            after = answer.step if todo == "settle" else answer
            moved = moved or (after.status, after.final) != (status, final)
            if after.status == status == "live":
                return moved
            status, final = after.status, after.final
        return moved

    async def _guard(self, position: UUID) -> bool:
        """Whether it wrote an order that nobody has begun."""
        async with self.database.read() as session:
            row = await session.get_one(Position, position)
        guard = GuardInput(position_id=position, strategy_id=row.strategy_id)
        answer = await ActivityEnvironment().run(self._guarding.next_exit, guard)
        if answer.order_id is None:
            return False
        async with self.database.read() as session:
            order = await session.get_one(Order, answer.order_id)
        return order.status == "planned"

    async def _watch_prices(self) -> None:
        """As the price watch does with prices by request."""
        loaded = await armed_exits(self.database.prepared, Shard(SOURCE))
        positions = self.exits.positions() | {one.armed.position_id for one in loaded}
        found = list(self.exits.put(positions, [one.armed for one in loaded], self.now))
        books: dict[str, LiveBook] = {}
        for token, answer in (await self.data.books(sorted(self.exits.tokens()), PRICES_EVERY)).items():
            bid = answer.book.best_bid if answer.book is not None else None
            if answer.book is not None:
                books[token] = LiveBook.of(answer.book)
            found += self.exits.on_bid(token, bid, self.now)
        found += self.exits.due(self.now)
        for one in found:
            await self._trigger(one, books.get(one.armed.token_id))
        await save_progress(self.database.prepared, self.exits.unsaved())

    async def _trigger(self, found: Trigger, book: LiveBook | None) -> None:
        seen = (book.observed_at, book.venue_time) if book is not None else (None, None)
        armed = found.armed
        asked = Triggered(
            armed.position_id,
            armed.rule,
            armed.sequence,
            reason_of(found),
            evidence_of(found, *seen),
            found.at,
        )
        async with self.database.write() as session:
            await trigger(session, asked)

    async def _look_at_ended_markets(self) -> None:
        data: Any = self.data
        await settle_resolutions(self.database, data, self.gateway, SOURCE, self.now)

    # What people do

    async def positions(self, strategy: UUID) -> list[Position]:
        """Open ones, oldest first."""
        async with self.database.read() as session:
            rows = await session.scalars(
                select(Position)
                .where(Position.strategy_id == strategy, Position.closed_at.is_(None))
                .order_by(Position.opened_at, Position.id)
            )
            return list(rows)

    async def close_by_hand(self, strategy: UUID) -> None:
        """The oldest position, all of it."""
        for position in (await self.positions(strategy))[:1]:
            async with self.database.write() as session:
                locked = await lock_for_exit(session, position.id)
                assert locked is not None
                await request_exit(
                    session, locked, rule="user", persistent=True, reason="closed by the user", now=self.now
                )
        await self.settle_down()

    async def take_half_profits(self, strategy: UUID) -> None:
        """The user sets an exit of a part for everything that is held."""
        for position in await self.positions(strategy):
            async with self.database.write() as session:
                locked = await lock_for_exit(session, position.id)
                assert locked is not None
                await set_exits(session, locked, [HALF], self.now)

    async def stop_and_flatten(self, strategy: UUID) -> None:
        self.strategies.remove(strategy)
        await self._set(strategy, status="stopped", desired_state="stopped", stop_choice="flatten")
        for _ in range(2):
            await wind_down(self.database, strategy, self.now)
            await self.settle_down()

    async def close(self) -> None:
        await self.gateway.close()


def _falls_on(moment: datetime, step: timedelta) -> bool:
    return int(moment.timestamp()) % int(step.total_seconds()) == 0
