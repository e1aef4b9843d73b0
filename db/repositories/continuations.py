"""Continuations: what goes on later, and when the next of them is due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from db.models import Strategy, StrategyContinuation
from db.session import ReadSession, WriteSession
from domain.ids import continuation_id
from domain.strategy.decision import Deferral


async def add_continuations(
    session: WriteSession,
    *,
    strategy_id: UUID,
    run_seq: int,
    version_id: UUID,
    number: int,
    step: int,
    deferrals: Sequence[Deferral],
    order_ids: Sequence[UUID],
) -> None:
    """Stores the deferrals of one evaluation; `order_ids[i]` is the order of its i-th intent. Needs the strategy's lock."""
    if not deferrals:
        return
    last = await session.scalar(
        select(func.coalesce(func.max(StrategyContinuation.step), 0)).where(
            StrategyContinuation.strategy_id == strategy_id, StrategyContinuation.number == number
        )
    )
    rows = [
        {
            "id": continuation_id(strategy_id, number, step, index),
            "strategy_id": strategy_id,
            "run_seq": run_seq,
            "number": number,
            "step": (last or 0) + 1 + index,
            "node_id": deferral.node_id,
            "port": deferral.port,
            "items": [item.model_dump(mode="json") for item in deferral.items],
            "version_id": version_id,
            "order_id": order_ids[deferral.intent_index] if deferral.intent_index is not None else None,
            "due_at": deferral.due_at,
        }
        for index, deferral in enumerate(deferrals)
    ]
    await session.execute(insert(StrategyContinuation), rows)


async def next_due(session: ReadSession | WriteSession, strategy_id: UUID) -> datetime | None:
    """When the earliest waiting continuation of the present run is due; None when none has a time.

    What an older run left waiting (its workflow was gone before it could drop it) never comes due again.
    """
    run_seq = select(Strategy.run_seq).where(Strategy.id == strategy_id).scalar_subquery()
    return await session.scalar(
        select(func.min(StrategyContinuation.due_at)).where(
            StrategyContinuation.strategy_id == strategy_id,
            StrategyContinuation.run_seq == run_seq,
            StrategyContinuation.status == "waiting",
            StrategyContinuation.due_at.is_not(None),
        )
    )


async def longest_due(
    session: ReadSession | WriteSession, strategy_id: UUID, run_seq: int, now: datetime
) -> StrategyContinuation | None:
    """The continuation of this run that has been due longest at `now`."""
    return await session.scalar(
        select(StrategyContinuation)
        .where(
            StrategyContinuation.strategy_id == strategy_id,
            StrategyContinuation.run_seq == run_seq,
            StrategyContinuation.status == "waiting",
            StrategyContinuation.due_at <= now,
        )
        .order_by(StrategyContinuation.due_at, StrategyContinuation.number, StrategyContinuation.step)
        .limit(1)
    )


async def close_continuation(session: WriteSession, continuation: UUID, now: datetime) -> bool:
    """Marks it done; False when somebody else did."""
    closed = await session.execute(
        update(StrategyContinuation)
        .where(StrategyContinuation.id == continuation, StrategyContinuation.status == "waiting")
        .values(status="done", done_at=now)
        .returning(StrategyContinuation.id)
    )
    return closed.first() is not None


async def postpone(session: WriteSession, strategy_id: UUID, continuation: UUID, until: datetime) -> None:
    """Leaves it waiting, due at `until`."""
    await session.execute(
        update(StrategyContinuation)
        .where(
            StrategyContinuation.id == continuation,
            StrategyContinuation.strategy_id == strategy_id,
            StrategyContinuation.status == "waiting",
        )
        .values(due_at=until)
    )


async def settle_order_continuations(
    session: WriteSession,
    order_id: UUID,
    ports: Sequence[str],
    values: dict[str, str],
    now: datetime,
    *,
    ended: bool = True,
) -> None:
    """The order came to `ports`: what waits behind them is due now, carrying `values`.

    `ended`: what waits elsewhere never will be. What was due before stays as it is.
    """
    rows = await session.scalars(
        select(StrategyContinuation).where(
            StrategyContinuation.order_id == order_id,
            StrategyContinuation.status == "waiting",
            StrategyContinuation.due_at.is_(None),
        )
    )
    for row in rows:
        if row.port in ports:
            items: list[Any] = [
                {**item, "values": {**item.get("values", {}), **values}} for item in row.items
            ]
            row.items = items
            row.due_at = now
        elif ended:
            row.status = "dropped"
            row.done_at = now
    await session.flush()


async def drop_continuations(session: WriteSession, strategy_id: UUID, run_seq: int, now: datetime) -> int:
    """Stop: nothing of this run or an older one waits any more. Returns how many were dropped."""
    dropped = await session.execute(
        update(StrategyContinuation)
        .where(
            StrategyContinuation.strategy_id == strategy_id,
            StrategyContinuation.run_seq <= run_seq,
            StrategyContinuation.status == "waiting",
        )
        .values(status="dropped", done_at=now)
        .returning(StrategyContinuation.id)
    )
    return len(dropped.all())
