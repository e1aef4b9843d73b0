"""The one transaction in which an evaluation becomes true: row, evidence, effects, continuations, events, totals."""

from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import case, insert, select, update

from db.models import Order, Strategy, StrategyExecution
from db.repositories import continuations, watchlist
from db.repositories.evaluation_events import events_of, full_is_last_told
from db.repositories.evaluation_record import Carried, EvaluationRecord
from db.repositories.events import add_events
from db.repositories.evidence import add_evidence
from db.repositories.exit_intents import deny_needless, write_exits
from db.repositories.watchlist_verdicts import remember_verdicts, watched
from db.session import WriteSession
from domain.ids import order_id
from domain.strategy.decision import (
    AddToWatchlist,
    Decision,
    ExitIntent,
    Notify,
    OrderIntent,
    RemoveFromWatchlist,
)


async def record_evaluation(session: WriteSession, record: EvaluationRecord) -> Carried | None:
    """Writes everything once. None when this evaluation was recorded before, or the run is over: nothing was changed."""
    locked = (
        await session.execute(
            select(
                Strategy.last_number,
                Strategy.run_seq,
                Strategy.degraded_reason,
                watched().label("watched"),
            )
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
    if record.decision is not None and (locked.watched or carried.added):
        await remember_verdicts(
            session, record.strategy_id, record.number, record.decision.nodes, record.started_at
        )
    await add_evidence(session, record.started_at.date(), record.evidence_bodies)
    await _insert_execution(session, record, carried)
    await _update_strategy(session, record, carried)
    await add_events(session, events_of(record, carried, locked.degraded_reason))
    return carried


async def _carry_out(session: WriteSession, record: EvaluationRecord) -> Carried:
    carried = Carried()
    decision = record.decision
    if decision is None:
        return carried
    carried.expired = await watchlist.expire_entries(session, record.strategy_id, record.started_at)
    await _change_watchlist(session, record, decision, carried)
    if carried.turned_away and not carried.added:
        carried.full_told = await full_is_last_told(session, record.strategy_id)
    carried.notices = [effect for effect in decision.effects if isinstance(effect, Notify)]
    entries = [intent for intent in decision.intents if isinstance(intent, OrderIntent)]
    if entries:
        await session.execute(insert(Order), [_order_row(record, intent) for intent in entries])
    carried.entry_ids = [_entry_id(record, intent) for intent in entries]
    carried.exits = await write_exits(
        session, record, (intent for intent in decision.intents if isinstance(intent, ExitIntent))
    )
    bought, sold = iter(carried.entry_ids), iter(carried.exits)
    carried.order_ids = [
        next(bought) if isinstance(intent, OrderIntent) else next(sold).order_id
        for intent in decision.intents
    ]
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
    await deny_needless(session, record, carried.exits)
    return carried


async def _change_watchlist(
    session: WriteSession, record: EvaluationRecord, decision: Decision, carried: Carried
) -> None:
    """In the order of the decision: what one node takes off, a later one may put on again."""
    for _, some in groupby(decision.effects, key=type):
        effects = list(some)
        added, turned_away = await watchlist.add_entries(
            session,
            record.strategy_id,
            record.number,
            record.step,
            [effect for effect in effects if isinstance(effect, AddToWatchlist)],
            record.started_at,
            record.watchlist_rules,
        )
        carried.added += added
        carried.turned_away += turned_away
        gone = [effect for effect in effects if isinstance(effect, RemoveFromWatchlist)]
        carried.removed += await watchlist.remove_markets(
            session, record.strategy_id, gone, record.started_at
        )


def _entry_id(record: EvaluationRecord, intent: OrderIntent) -> UUID:
    return order_id(
        record.strategy_id, record.number, record.step, intent.node_id, intent.token_id, intent.side
    )


def _order_row(record: EvaluationRecord, intent: OrderIntent) -> dict[str, Any]:
    return {
        "id": _entry_id(record, intent),
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
        "time_in_force": intent.time_in_force,
        "amount": intent.amount,
        "amount_ratio": intent.amount_ratio,
        "slippage_max": intent.slippage_max,
        "limit_price": intent.limit_price,
        "expires_after_seconds": (
            int(intent.expires_after.total_seconds()) if intent.expires_after is not None else None
        ),
        "post_only": intent.post_only,
        "exits": [rule.model_dump(mode="json") for rule in intent.exits],
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
            "next_execution_at": case(
                (
                    Strategy.next_execution_at.is_not_distinct_from(record.next_execution_before),
                    record.next_execution_at,
                ),
                else_=Strategy.next_execution_at,
            ),
            "total_executions": Strategy.total_executions + 1,
            "successful_executions": Strategy.successful_executions + int(succeeded),
            "failed_executions": Strategy.failed_executions + int(not succeeded),
        }
        if succeeded or own_fault:
            values["consecutive_failures"] = 0 if succeeded else Strategy.consecutive_failures + 1
    await session.execute(update(Strategy).where(Strategy.id == record.strategy_id).values(**values))
