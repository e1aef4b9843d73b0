"""A day of many strategies on a sandbox, their activities called one after the other, and every decision as it was made."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.decision_driving import DecisionDriver, Driven
from activities.evaluation import EvaluationActivities
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from api.temporal_gateway import TemporalGateway
from contracts.evaluation import Evaluate, Evaluated, Trigger
from contracts.order import OrderInput
from contracts.payload import Payload
from db.models import Strategy
from db.session import Database
from domain.graph.compile_graph import CompiledGraph
from domain.graph.graph import Graph
from domain.strategy.decision import Situation
from exchange.polymarket.create import create_market_data
from exchange.polymarket.environment import Addresses
from formulas.engine import FormulaEngine
from tests.engine import Engine
from tests.scenario.examples.clock import ScenarioClock
from tests.scenario.examples.sandbox_process import SandboxProcess, sandbox_process

Place = tuple[UUID, int, int]
ATTEMPTS = 10


@dataclass
class SandboxRun:
    """`decided`: the JSON of every decision by (strategy, number, step), taken where it was made."""

    books: Engine
    clock: ScenarioClock
    sandbox: SandboxProcess
    evaluation: EvaluationActivities
    orders: tuple[Any, ...]
    decided: dict[Place, bytes] = field(default_factory=dict)

    async def create(self, graph: Graph) -> UUID:
        strategy = await self.books.create(graph, allocation="5000")
        async with self.books.database.write() as session:
            await session.execute(
                update(Strategy).where(Strategy.id == strategy).values(desired_state="running", run_seq=1)
            )
        return strategy

    async def execute(self, strategy: UUID, number: int) -> None:
        """One execution, its orders, and all that is due behind them and behind earlier waits."""
        answer = await self._evaluate(strategy, number, "schedule")
        assert answer.outcome == "succeeded"
        while True:
            for order in answer.order_ids:
                for step in self.orders:
                    await self._run(step, OrderInput(order_id=order, strategy_id=strategy))
            answer = await self._evaluate(strategy, number + 1, "continuation")
            if answer.outcome == "nothing_due":
                return

    async def _evaluate(self, strategy: UUID, number: int, trigger: Trigger) -> Evaluated:
        now = self.clock.now()
        request = Evaluate(
            strategy_id=strategy, run_seq=1, number=number, trigger=trigger, scheduled_for=now, at=now
        )
        answer: Evaluated = await self._run(self.evaluation.evaluate, request)
        return answer

    async def _run(self, activity: Any, request: Payload) -> Any:
        """Again when the venue was slow, as Temporal does."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await ActivityEnvironment().run(activity, request)
            except ApplicationError as error:
                if error.non_retryable or attempt == ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def pass_time(self, step: timedelta) -> None:
        await self.sandbox.advance(self.clock.reach(self.clock.now() + step))


@asynccontextmanager
async def sandbox_run(
    database: Database, formulas: FormulaEngine, watch: pytest.MonkeyPatch
) -> AsyncIterator[SandboxRun]:
    clock = ScenarioClock()
    gateway = TemporalGateway(
        address="127.0.0.1:1",
        namespace="default",
        task_queue="none",
        api_key=None,
        tls=False,
        continue_as_new_events=500,
    )
    async with sandbox_process(clock.now()) as sandbox:
        markets = create_market_data(Addresses.of_sandbox(sandbox.url), now=clock.now)
        books = Engine(database, gateway, markets, None, "none")  # type: ignore[arg-type]
        run = SandboxRun(
            books,
            clock,
            sandbox,
            EvaluationActivities(database, markets, "sandbox", clock.now, formulas),
            (
                OrderReservation(database, markets, clock.now).reserve_order,
                OrderPosting(database, markets, clock.now).post_order,
                OrderTracking(database, clock.now).track_order,
            ),
        )
        drive = DecisionDriver.drive

        async def watched(
            driver: DecisionDriver, graph: CompiledGraph, situation: Situation, driven: Driven, *rest: Any
        ) -> None:
            await drive(driver, graph, situation, driven, *rest)
            assert driven.decision is not None
            place = (situation.strategy_id, situation.number, situation.step)
            run.decided[place] = driven.decision.model_dump_json().encode()

        watch.setattr(DecisionDriver, "drive", watched)
        yield run
        watch.setattr(DecisionDriver, "drive", drive)
        await markets.close()
