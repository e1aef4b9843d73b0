"""The one transaction in which an evaluation becomes true: row, evidence, effects, continuations, events, totals."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from db.models import Order, Strategy, StrategyExecution
from db.repositories import continuations, watchlist
from db.repositories.events import add_events
from db.repositories.evidence import add_evidence
from db.session import WriteSession
from domain.ids import order_id
from domain.strategy.decision import AddToWatchlist, Decision, Notify, OrderIntent, RemoveFromWatchlist


@dataclass(frozen=True, slots=True)
class EvaluationRecord:
    """One finished evaluation. `decision` is None when it failed; then `error_kind` and `error_message` are set."""

    strategy_id: UUID
    user_id: UUID
    name: str
    mode: str
    source: str
    run_seq: int
    version_id: UUID
    number: int
    step: int
    trigger: str
    scheduled_for: datetime
    started_at: datetime
    finished_at: datetime
    on_time: bool
    missed_before: int
    nodes: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    evidence_bodies: list[tuple[str, bytes]]
    engine_build: str
    decision: Decision | None
    continuation_id: UUID | None = None
    error_kind: str | None = None
    error_node_id: str | None = None
    error_message: str | None = None
    degraded_reason: str | None = None
    next_execution_at: datetime | None = None


@dataclass(slots=True)
class Carried:
    """What the effects really changed."""

    added: list[AddToWatchlist] = field(default_factory=list)
    removed: list[RemoveFromWatchlist] = field(default_factory=list)
    order_ids: list[UUID] = field(default_factory=list)
    notices: list[Notify] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        return not (self.added or self.removed or self.order_ids or self.notices)

    def summary(self) -> str:
        parts = [
            f"{count} {word}"
            for count, word in (
                (len(self.added), "added to watchlist"),
                (len(self.removed), "removed from watchlist"),
                (len(self.order_ids), "order" if len(self.order_ids) == 1 else "orders"),
                (len(self.notices), "notice" if len(self.notices) == 1 else "notices"),
            )
            if count
        ]
        return ", ".join(parts) if parts else "nothing to do"


async def record_evaluation(session: WriteSession, record: EvaluationRecord) -> Carried | None:
    """Writes everything once. None when this evaluation was recorded before, or the run is over: nothing was changed."""
    locked = (
        await session.execute(
            select(Strategy.last_number, Strategy.run_seq, Strategy.degraded_reason)
            .where(Strategy.id == record.strategy_id)
            .with_for_update()
        )
    ).first()
    if locked is None or locked.run_seq != record.run_seq:
        return None
    if record.step == 0 and locked.last_number >= record.number:
        return None
    if record.continuation_id is not None and not await continuations.close_continuation(
        session, record.continuation_id, record.finished_at
    ):
        return None
    carried = await _carry_out(session, record)
    await add_evidence(session, record.started_at.date(), record.evidence_bodies)
    await _insert_execution(session, record, carried)
    await _update_strategy(session, record, carried)
    await add_events(session, _events(record, carried, locked.degraded_reason))
    return carried


async def _carry_out(session: WriteSession, record: EvaluationRecord) -> Carried:
    carried = Carried()
    decision = record.decision
    if decision is None:
        return carried
    added = [e for e in decision.effects if isinstance(e, AddToWatchlist)]
    removed = [e for e in decision.effects if isinstance(e, RemoveFromWatchlist)]
    carried.added = await watchlist.add_entries(
        session, record.strategy_id, record.number, record.step, added, record.started_at
    )
    carried.removed = await watchlist.remove_markets(session, record.strategy_id, removed, record.started_at)
    carried.notices = [effect for effect in decision.effects if isinstance(effect, Notify)]
    rows = [_order_row(record, intent) for intent in decision.intents]
    if rows:
        await session.execute(insert(Order), rows)
    carried.order_ids = [row["id"] for row in rows]
    await continuations.add_continuations(
        session,
        strategy_id=record.strategy_id,
        run_seq=record.run_seq,
        version_id=record.version_id,
        number=record.number,
        step=record.step,
        deferrals=decision.deferrals,
        order_ids=carried.order_ids,
    )
    return carried


def _order_row(record: EvaluationRecord, intent: OrderIntent) -> dict[str, Any]:
    return {
        "id": order_id(
            record.strategy_id, record.number, record.step, intent.node_id, intent.token_id, intent.side
        ),
        "user_id": record.user_id,
        "strategy_id": record.strategy_id,
        "number": record.number,
        "step": record.step,
        "node_id": intent.node_id,
        "mode": record.mode,
        "source": record.source,
        "market_id": intent.market_id,
        "condition_id": intent.condition_id,
        "question": intent.question,
        "token_id": intent.token_id,
        "outcome": intent.outcome,
        "side": intent.side,
        "order_type": intent.order_type,
        "time_in_force": "FAK",
        "amount": intent.amount,
        "slippage_max": intent.slippage_max,
        "reason": intent.reason,
        "created_at": record.finished_at,
    }


async def _insert_execution(session: WriteSession, record: EvaluationRecord, carried: Carried) -> None:
    failed = record.decision is None
    await session.execute(
        insert(StrategyExecution).values(
            strategy_id=record.strategy_id,
            number=record.number,
            step=record.step,
            trigger=record.trigger,
            run_seq=record.run_seq,
            version_id=record.version_id,
            scheduled_for=record.scheduled_for,
            started_at=record.started_at,
            finished_at=record.finished_at,
            on_time=record.on_time,
            missed_before=record.missed_before,
            status="failed" if failed else "succeeded",
            error_node_id=record.error_node_id,
            error_kind=record.error_kind,
            error_message=record.error_message,
            summary=(record.error_message or "failed") if failed else carried.summary(),
            nodes=record.nodes,
            evidence=record.evidence,
            watchlist_added=len(carried.added),
            watchlist_removed=len(carried.removed),
            order_ids=[str(order) for order in carried.order_ids],
            engine_build=record.engine_build,
        )
    )


async def _update_strategy(session: WriteSession, record: EvaluationRecord, carried: Carried) -> None:
    values: dict[str, Any] = {
        "state_version": Strategy.state_version + 1,
        "updated_at": record.finished_at,
        "degraded_reason": record.degraded_reason,
    }
    if not carried.quiet:
        values["last_activity_at"] = record.finished_at
    if record.step == 0:
        succeeded = record.decision is not None
        # A venue that is unwell is not the graph's fault and never sends a strategy to `error`.
        own_fault = record.error_kind == "node"
        values |= {
            "last_number": record.number,
            "last_executed_at": record.started_at,
            "next_execution_at": record.next_execution_at,
            "total_executions": Strategy.total_executions + 1,
            "successful_executions": Strategy.successful_executions + int(succeeded),
            "failed_executions": Strategy.failed_executions + int(not succeeded),
        }
        if succeeded or own_fault:
            values["consecutive_failures"] = 0 if succeeded else Strategy.consecutive_failures + 1
    await session.execute(update(Strategy).where(Strategy.id == record.strategy_id).values(**values))


def _events(record: EvaluationRecord, carried: Carried, degraded_before: str | None) -> list[dict[str, Any]]:
    about = {"number": record.number, "step": record.step}
    events: list[tuple[str, str, dict[str, Any], bool]] = []
    if record.missed_before:
        events.append(
            (
                "executions_missed",
                f"{record.missed_before} executions were due while nothing ran; they are not made up for",
                {**about, "missed": record.missed_before},
                True,
            )
        )
    for added in carried.added:
        message = f"Added “{added.question}” to the watchlist: {added.reason}"
        events.append(("watchlist_added", message, {**about, "market_id": added.market_id}, True))
    for removed in carried.removed:
        message = f"Removed a market from the watchlist: {removed.reason}"
        events.append(("watchlist_removed", message, {**about, "market_id": removed.market_id}, True))
    for notice in carried.notices:
        told = {**about, "node_id": notice.node_id, "market_id": notice.market_id}
        events.append(("strategy_notice", notice.message, told, True))
    if record.degraded_reason and not degraded_before:
        events.append(("strategy_degraded", record.degraded_reason, about, True))
    if degraded_before and not record.degraded_reason:
        events.append(("strategy_recovered", "Working again", about, True))
    failed = record.decision is None
    events.append(
        (
            "execution_failed" if failed else "execution_finished",
            (record.error_message or "failed") if failed else carried.summary(),
            {**about, "status": "failed" if failed else "succeeded"},
            failed,
        )
    )
    return [
        {
            "user_id": record.user_id,
            "strategy_id": record.strategy_id,
            "kind": kind,
            "message": message,
            "data": data,
            "timeline": timeline,
        }
        for kind, message, data, timeline in events
    ]
