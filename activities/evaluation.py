"""One execution or continuation: load, decide, and make it true in one transaction."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from temporalio import activity

from activities.decision_driving import DecisionDriver, Driven
from activities.evaluation_outcome import Outcome, Pace, Point, Trouble, give_up_reason, halted_until
from activities.evaluation_writing import write_evaluation
from activities.failures import heartbeats, short, translated_failures
from activities.published_versions import PublishedVersions
from contracts.evaluation import Evaluate, Evaluated
from db.models import StrategyContinuation
from db.refusal import is_refusal
from db.repositories.continuations import next_due, postpone
from db.repositories.evaluation_loading import (
    StrategyNow,
    load_due_continuation,
    load_strategy,
    planned_orders,
    positions_to_sell,
    stored_status,
)
from db.repositories.evaluation_record import EvaluationRecord
from db.repositories.strategy_status import mark_degraded, set_next_execution
from db.session import Database
from domain.errors import DomainError
from domain.graph.node_failed import NodeFailed
from domain.strategy.decision import CarriedItem, EntryPoint, Situation
from domain.strategy.pacing import allowed, missed_in_open_hours, opens_at
from domain.strategy.schedule import is_on_time
from domain.strategy.settings import StrategySettings
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.ports import MarketData
from formulas.engine import FormulaEngine
from formulas.errors import FormulaEngineUnavailable

ENGINE_BUILD = "0.1.0"
ATTEMPTS_UNTIL_FAILED = 5
"""An unwell venue is asked again this often, with growing pauses, before the execution counts as failed."""
DECISION_LIMIT = timedelta(seconds=90)
"""Less than the activity has: a decision that takes longer fails and says so, instead of beginning anew for ever."""
PAUSE_WHEN_UNWELL = timedelta(minutes=1)

log = structlog.get_logger("activities.evaluation")


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
        self._driver = DecisionDriver(database, markets, formulas)
        self._versions = PublishedVersions(database)

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
        strategy = await load_strategy(self._database.prepared, request.strategy_id)
        if strategy is None or strategy.run_seq != request.run_seq:
            return Evaluated(outcome="superseded")
        if strategy.desired_state not in ("running", "paused"):
            return Evaluated(outcome="superseded")
        if strategy.desired_state == "paused" and request.trigger != "run_now":
            return Evaluated(outcome="held", next_number=strategy.last_number + 1, counts=strategy.counts)
        point = await self._point(request, strategy, now)
        if isinstance(point, str):
            return await self._after(request, point)
        pace = await self._pace(request, strategy, now)
        if pace.opens_at is not None:
            return await self._closed(request, pace.opens_at)
        if strategy.trading_halted and request.trigger != "run_now":
            return await self._closed(request, halted_until(request, pace, now))
        driven, trouble = await self._decide(request.strategy_id, point, now, pace.settings.watchlist.cap)
        outcome = Outcome(point, driven, trouble, pace)
        try:
            return await self._commit(request, strategy, outcome, now)
        except DBAPIError as refused:
            if not is_refusal(refused) or activity.info().attempt < ATTEMPTS_UNTIL_FAILED:
                raise
            # What the database refuses again and again must not hold the strategy up for ever.
            unstorable = Trouble("node", f"its result could not be stored: {short(refused)}")
            return await self._commit(request, strategy, Outcome(point, Driven(), unstorable, pace), now)

    async def _point(
        self, request: Evaluate, strategy: StrategyNow, now: datetime
    ) -> Point | Literal["nothing_due", "failed", "succeeded"]:
        """Where this evaluation begins, or how an earlier attempt of it ended."""
        if request.trigger == "continuation":
            async with self._database.read() as session:
                waiting = await load_due_continuation(session, request, now)
            return "nothing_due" if waiting is None else self._point_of(waiting)
        if strategy.last_number >= request.number:
            async with self._database.read() as session:
                stored = await stored_status(session, request.strategy_id, request.number, 0)
            return "failed" if stored == "failed" else "succeeded"
        return Point(request.number, 0, strategy.version_id, EntryPoint(), None)

    async def _pace(self, request: Evaluate, strategy: StrategyNow, now: datetime) -> Pace:
        settings = await self._settings(strategy)
        interval = timedelta(seconds=strategy.interval_seconds)
        opening = opens_at(settings.schedule, request.strategy_id, interval, now)
        return Pace(
            settings=settings,
            opens_at=opening if request.trigger != "run_now" else None,
            following=allowed(settings.schedule, request.strategy_id, interval, request.next_execution_at),
            missed=missed_in_open_hours(
                settings.schedule, request.strategy_id, interval, request.scheduled_for, request.missed_before
            ),
        )

    async def _settings(self, strategy: StrategyNow) -> StrategySettings:
        try:
            return (await self._versions.version(strategy.version_id)).settings
        except DomainError:
            # The evaluation fails for the same reason and says so; the plain interval goes on.
            return StrategySettings()

    async def _closed(self, request: Evaluate, opening: datetime) -> Evaluated:
        """Outside the windows and while trading is halted nothing happens, and what waits goes on at the opening."""
        if request.trigger == "schedule":
            async with self._database.write() as session:
                await set_next_execution(session, request.strategy_id, request.run_seq, opening)
        after = await self._after(request, "closed")
        waiting = after.next_continuation_at
        if request.trigger == "continuation" and waiting is not None:
            waiting = max(waiting, opening)
        following = opening if request.trigger == "schedule" else None
        return after.model_copy(update={"next_execution_at": following, "next_continuation_at": waiting})

    @staticmethod
    def _point_of(waiting: StrategyContinuation) -> Point:
        items = tuple(CarriedItem.model_validate(item) for item in waiting.items)
        entry = EntryPoint(node_id=waiting.node_id, port=waiting.port, items=items)
        return Point(waiting.number, waiting.step, waiting.version_id, entry, waiting.id)

    async def _decide(
        self, strategy_id: UUID, point: Point, now: datetime, watchlist_cap: int
    ) -> tuple[Driven, Trouble | None]:
        driven = Driven()
        situation = Situation(
            strategy_id=strategy_id, number=point.number, step=point.step, now=now, entry=point.entry
        )
        limit = asyncio.timeout(DECISION_LIMIT.total_seconds())
        try:
            graph = (await self._versions.version(point.version_id)).graph()
            async with limit:
                await self._driver.drive(graph, situation, driven, watchlist_cap)
        except NodeFailed as broken:
            log.warning("node failed", node_id=broken.node_id, error=short(broken))
            return driven, Trouble("node", short(broken), broken.node_id)
        except TimeoutError:
            if not limit.expired() or activity.info().attempt < ATTEMPTS_UNTIL_FAILED:
                raise
            seconds = int(DECISION_LIMIT.total_seconds())
            return driven, Trouble("market_data", f"market data took longer than {seconds} s")
        except (MarketDataUnavailable, MarketDataRefused) as away:
            if isinstance(away, MarketDataUnavailable) and activity.info().attempt < ATTEMPTS_UNTIL_FAILED:
                raise
            return driven, Trouble("market_data", f"market data is not available: {short(away)}")
        except FormulaEngineUnavailable as unwell:
            return driven, Trouble("formulas", short(unwell))
        except DomainError as wrong:
            return driven, Trouble("node", short(wrong))
        return driven, None

    def _record(
        self, request: Evaluate, strategy: StrategyNow, outcome: Outcome, started: datetime
    ) -> EvaluationRecord:
        point, trouble, pace = outcome.point, outcome.trouble, outcome.pace
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
            missed_before=pace.missed,
            nodes=outcome.nodes(),
            evidence=outcome.driven.evidence,
            evidence_bodies=self._driver.unstored(outcome.driven, started),
            engine_build=ENGINE_BUILD,
            decision=outcome.decision,
            continuation_id=point.continuation,
            error_kind=trouble.kind if trouble else None,
            error_node_id=trouble.node_id if trouble else None,
            error_message=trouble.message if trouble else None,
            degraded_reason=trouble.message if trouble and trouble.passes else None,
            next_execution_at=outcome.following(strategy, started),
            next_execution_before=strategy.next_execution_at,
            watchlist_rules=pace.settings.watchlist,
            watching=strategy.counts.watchlist_size > 0,
        )

    async def _commit(
        self, request: Evaluate, strategy: StrategyNow, outcome: Outcome, now: datetime
    ) -> Evaluated:
        trouble, policy = outcome.trouble, outcome.pace.settings.error_policy
        record = self._record(request, strategy, outcome, now)
        if trouble is not None and trouble.passes and record.continuation_id is not None:
            return await self._postpone(record, record.continuation_id, trouble, request)
        written = await write_evaluation(self._database, strategy, record, activity.info().attempt)
        if written is None:
            return await self._after(request, "failed" if trouble else "succeeded")
        self._driver.remember_stored(outcome.driven, record.started_at)
        log.info("evaluated", step=record.step, summary=written.summary)
        return Evaluated(
            outcome="failed" if trouble else "succeeded",
            next_number=max(strategy.last_number, record.number) + 1,
            name=strategy.name,
            interval_seconds=strategy.interval_seconds,
            counts=written.counts,
            next_continuation_at=written.next_due,
            order_ids=written.order_ids,
            guard_ids=written.guard_ids,
            next_execution_at=record.next_execution_at if record.step == 0 else None,
            degraded_reason=record.degraded_reason,
            give_up_reason=give_up_reason(strategy, trouble, policy) if record.step == 0 else None,
        )

    async def _postpone(
        self, record: EvaluationRecord, continuation: UUID, trouble: Trouble, request: Evaluate
    ) -> Evaluated:
        """What waited must not be lost because something is unwell: it is tried again a minute later."""
        async with self._database.write() as session:
            await mark_degraded(session, record.strategy_id, record.run_seq, trouble.message)
            until = record.finished_at + PAUSE_WHEN_UNWELL
            await postpone(session, record.strategy_id, continuation, until)
        return await self._after(request, "failed")

    async def _after(self, request: Evaluate, outcome: str) -> Evaluated:
        """The answer when there is nothing (more) to do: everything as the books say now."""
        strategy = await load_strategy(self._database.prepared, request.strategy_id)
        if strategy is None or strategy.run_seq != request.run_seq:
            return Evaluated(outcome="superseded")
        async with self._database.read() as session:
            return Evaluated(
                outcome=outcome,
                next_number=strategy.last_number + 1,
                name=strategy.name,
                interval_seconds=strategy.interval_seconds,
                counts=strategy.counts,
                next_continuation_at=await next_due(session, request.strategy_id),
                order_ids=await planned_orders(session, request.strategy_id),
                guard_ids=await positions_to_sell(session, request.strategy_id),
                degraded_reason=strategy.degraded_reason,
                give_up_reason=await self._lost_reason(request, strategy) if outcome == "failed" else None,
            )

    async def _lost_reason(self, request: Evaluate, strategy: StrategyNow) -> str | None:
        """Why the strategy goes to `error`, when the attempt that should have said so was lost after its commit."""
        if request.trigger == "continuation" or strategy.consecutive_failures < strategy.error_after:
            return None
        settings = await self._settings(strategy)
        if settings.error_policy.on_failure == "keep_going":
            return None
        return f"{strategy.consecutive_failures} executions failed in a row"
