"""One execution or continuation: load, decide, and make it true in one transaction."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from temporalio import activity

from activities.decision_driving import DecisionDriver, Driven
from activities.failures import heartbeats, short, translated_failures
from contracts.evaluation import Evaluate, Evaluated
from contracts.strategy import StrategyCounts
from db.models import StrategyContinuation
from db.repositories.continuations import next_due, postpone
from db.repositories.counts import strategy_counts
from db.repositories.evaluation_loading import (
    StrategyNow,
    load_due_continuation,
    load_graph,
    load_strategy,
    planned_orders,
    stored_status,
)
from db.repositories.evaluation_recording import EvaluationRecord, record_evaluation
from db.repositories.strategy_status import mark_degraded
from db.session import Database
from domain.errors import DomainError
from domain.graph.compile_graph import CompiledGraph, compile_graph
from domain.graph.graph import Graph
from domain.graph.node_failed import NodeFailed
from domain.strategy.decision import CarriedItem, EntryPoint, Situation
from domain.strategy.schedule import is_on_time
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.ports import MarketData
from formulas.engine import FormulaEngine

ENGINE_BUILD = "0.1.0"
ATTEMPTS_UNTIL_FAILED = 5
"""An unwell venue is asked again this often, with growing pauses, before the execution counts as failed."""
GRAPHS_KEPT = 5000
PAUSE_WHEN_UNWELL = timedelta(minutes=1)

log = structlog.get_logger("activities.evaluation")


@dataclass(frozen=True, slots=True)
class Point:
    """Which evaluation this is: (number, step) and where it begins."""

    number: int
    step: int
    version_id: UUID
    entry: EntryPoint
    continuation: UUID | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an evaluation failed. `kind` is node or market_data."""

    kind: str
    message: str
    node_id: str | None = None


class EvaluationActivities:
    """Activities are a class so that their dependencies are given, not found."""

    def __init__(
        self,
        database: Database,
        markets: MarketData,
        source: str,
        clock: Callable[[], datetime],
        formulas: FormulaEngine | None = None,
    ) -> None:
        self._database = database
        self._source = source
        self._clock = clock
        self._driver = DecisionDriver(database, markets, clock, formulas)
        self._graphs: OrderedDict[UUID, CompiledGraph] = OrderedDict()

    @activity.defn(name="evaluate")
    async def evaluate(self, request: Evaluate) -> Evaluated:
        """Evaluates once, however often it is called: a repeated call finds its row and answers from it."""
        with structlog.contextvars.bound_contextvars(
            strategy_id=str(request.strategy_id), execution=request.number
        ):
            async with translated_failures(), heartbeats():
                return await self._evaluate(request)

    async def _evaluate(self, request: Evaluate) -> Evaluated:
        now = max(self._clock(), request.at)
        async with self._database.read() as session:
            strategy = await load_strategy(session, request.strategy_id)
            if strategy is None or strategy.run_seq != request.run_seq:
                return Evaluated(outcome="superseded")
            if strategy.desired_state not in ("running", "paused"):
                return Evaluated(outcome="superseded")
            if strategy.desired_state == "paused" and request.trigger != "run_now":
                return Evaluated(outcome="held", next_number=strategy.last_number + 1, counts=strategy.counts)
            if request.trigger == "continuation":
                waiting = await load_due_continuation(session, request, now)
                if waiting is None:
                    return await self._after(request, "nothing_due")
                point = self._point_of(waiting)
            else:
                if strategy.last_number >= request.number:
                    stored = await stored_status(session, request.strategy_id, request.number, 0)
                    return await self._after(request, "failed" if stored == "failed" else "succeeded")
                point = Point(request.number, 0, strategy.version_id, EntryPoint(), None)
        driven, trouble = await self._decide(request.strategy_id, point, now)
        record = self._record(request, strategy, point, driven, trouble, now)
        return await self._commit(request, strategy, record, driven, trouble)

    @staticmethod
    def _point_of(waiting: StrategyContinuation) -> Point:
        items = tuple(CarriedItem.model_validate(item) for item in waiting.items)
        entry = EntryPoint(node_id=waiting.node_id, port=waiting.port, items=items)
        return Point(waiting.number, waiting.step, waiting.version_id, entry, waiting.id)

    async def _decide(self, strategy_id: UUID, point: Point, now: datetime) -> tuple[Driven, Trouble | None]:
        driven = Driven()
        situation = Situation(
            strategy_id=strategy_id, number=point.number, step=point.step, now=now, entry=point.entry
        )
        try:
            graph = await self._graph(point.version_id)
            await self._driver.drive(graph, situation, driven)
        except NodeFailed as broken:
            log.warning("node failed", node_id=broken.node_id, error=short(broken))
            return driven, Trouble("node", short(broken), broken.node_id)
        except (MarketDataUnavailable, MarketDataRefused) as unwell:
            if isinstance(unwell, MarketDataUnavailable) and activity.info().attempt < ATTEMPTS_UNTIL_FAILED:
                raise
            return driven, Trouble("market_data", f"market data is not available: {short(unwell)}")
        except DomainError as wrong:
            return driven, Trouble("node", short(wrong))
        return driven, None

    async def _graph(self, version_id: UUID) -> CompiledGraph:
        """Versions never change, so a compiled one stays right."""
        known = self._graphs.get(version_id)
        if known is None:
            async with self._database.read() as session:
                raw = await load_graph(session, version_id)
            known = compile_graph(Graph.model_validate(raw))
            self._graphs[version_id] = known
            if len(self._graphs) > GRAPHS_KEPT:
                self._graphs.popitem(last=False)
        self._graphs.move_to_end(version_id)
        return known

    def _record(
        self,
        request: Evaluate,
        strategy: StrategyNow,
        point: Point,
        driven: Driven,
        trouble: Trouble | None,
        started: datetime,
    ) -> EvaluationRecord:
        decision = driven.decision if trouble is None else None
        nodes = [
            {
                **node.model_dump(mode="json"),
                "duration_ms": driven.node_milliseconds.get(node.node_id),
                "error": None,
            }
            for node in (decision.nodes if decision is not None else ())
        ]
        return EvaluationRecord(
            strategy_id=request.strategy_id,
            user_id=strategy.user_id,
            name=strategy.name,
            mode=strategy.mode,
            source=self._source,
            run_seq=strategy.run_seq,
            version_id=point.version_id,
            number=point.number,
            step=point.step,
            trigger=request.trigger,
            scheduled_for=request.scheduled_for,
            started_at=started,
            finished_at=max(self._clock(), started),
            on_time=is_on_time(request.scheduled_for, started),
            missed_before=request.missed_before,
            nodes=nodes,
            evidence=driven.evidence,
            evidence_bodies=self._driver.unstored(driven, started),
            engine_build=ENGINE_BUILD,
            decision=decision,
            continuation_id=point.continuation,
            error_kind=trouble.kind if trouble else None,
            error_node_id=trouble.node_id if trouble else None,
            error_message=trouble.message if trouble else None,
            degraded_reason=trouble.message if trouble and trouble.kind == "market_data" else None,
            next_execution_at=request.next_execution_at,
        )

    async def _commit(
        self,
        request: Evaluate,
        strategy: StrategyNow,
        record: EvaluationRecord,
        driven: Driven,
        trouble: Trouble | None,
    ) -> Evaluated:
        if trouble is not None and trouble.kind == "market_data" and record.continuation_id is not None:
            return await self._postpone(request, record.continuation_id, trouble)
        counts, due = strategy.counts, None
        async with self._database.write() as session:
            carried = await record_evaluation(session, record)
            if carried is not None:
                counts = self._counts_after(strategy, record)
                if not carried.quiet:
                    counts = await strategy_counts(session, request.strategy_id)
                due = await next_due(session, request.strategy_id)
        if carried is None:
            return await self._after(request, "failed" if trouble else "succeeded")
        self._driver.remember_stored(driven, record.started_at)
        log.info("evaluated", step=record.step, summary=record.error_message or carried.summary())
        return Evaluated(
            outcome="failed" if trouble else "succeeded",
            next_number=max(strategy.last_number, record.number) + 1,
            name=strategy.name,
            interval_seconds=strategy.interval_seconds,
            counts=counts,
            next_continuation_at=due,
            order_ids=tuple(carried.order_ids),
            degraded_reason=record.degraded_reason,
            give_up_reason=self._give_up(strategy, trouble) if record.step == 0 else None,
        )

    @staticmethod
    def _counts_after(strategy: StrategyNow, record: EvaluationRecord) -> StrategyCounts:
        """A quiet execution changes only the totals: no need to ask for what we know."""
        if record.step > 0:
            return strategy.counts
        succeeded = int(record.decision is not None)
        return strategy.counts.model_copy(
            update={
                "total_executions": strategy.counts.total_executions + 1,
                "successful_executions": strategy.counts.successful_executions + succeeded,
                "failed_executions": strategy.counts.failed_executions + 1 - succeeded,
            }
        )

    async def _postpone(self, request: Evaluate, continuation: UUID, trouble: Trouble) -> Evaluated:
        """What waited must not be lost because the venue is unwell: it is tried again a minute later."""
        async with self._database.write() as session:
            await postpone(session, request.strategy_id, continuation, self._clock() + PAUSE_WHEN_UNWELL)
            await mark_degraded(session, request.strategy_id, trouble.message)
        return await self._after(request, "failed")

    @staticmethod
    def _give_up(strategy: StrategyNow, trouble: Trouble | None) -> str | None:
        if trouble is None or trouble.kind != "node":
            return None
        failures = strategy.consecutive_failures + 1
        if failures < strategy.error_after:
            return None
        return f"{failures} executions failed in a row, the last because {trouble.message}"

    async def _after(self, request: Evaluate, outcome: str) -> Evaluated:
        """The answer when there is nothing (more) to do: everything as the books say now."""
        async with self._database.read() as session:
            strategy = await load_strategy(session, request.strategy_id)
            if strategy is None or strategy.run_seq != request.run_seq:
                return Evaluated(outcome="superseded")
            return Evaluated(
                outcome=outcome,
                next_number=strategy.last_number + 1,
                name=strategy.name,
                interval_seconds=strategy.interval_seconds,
                counts=strategy.counts,
                next_continuation_at=await next_due(session, request.strategy_id),
                order_ids=await planned_orders(session, request.strategy_id),
                degraded_reason=strategy.degraded_reason,
            )
