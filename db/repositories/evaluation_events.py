"""What an evaluation tells people: timeline entries, and a word to open pages that something is new."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from db.models import StrategyEvent
from db.repositories.evaluation_record import Carried, EvaluationRecord
from db.session import WriteSession


class Told(NamedTuple):
    """One event. `timeline` False: only tells open pages to look again."""

    kind: str
    message: str
    about: dict[str, Any] = {}  # noqa: RUF012 - never changed
    timeline: bool = True


def events_of(
    record: EvaluationRecord, carried: Carried, degraded_before: str | None
) -> list[dict[str, Any]]:
    """Rows for `add_events`, in the order in which people should read them."""
    told = [*_about_time(record), *_about_watchlist(record, carried)]
    told += [
        Told("strategy_notice", notice.message, {"node_id": notice.node_id, "market_id": notice.market_id})
        for notice in carried.notices
    ]
    if record.degraded_reason and not degraded_before:
        told.append(Told("strategy_degraded", record.degraded_reason))
    if degraded_before and not record.degraded_reason:
        told.append(Told("strategy_recovered", "Working again"))
    told.append(_ending(record, carried))
    return [
        {
            "user_id": record.user_id,
            "strategy_id": record.strategy_id,
            "kind": event.kind,
            "message": event.message,
            "data": {"number": record.number, "step": record.step, **event.about},
            "timeline": event.timeline,
        }
        for event in told
    ]


async def full_is_last_told(session: WriteSession, strategy_id: UUID) -> bool:
    """The timeline says that the watchlist is full, and nothing was added since: there was no room."""
    last = await session.scalar(
        select(StrategyEvent.kind)
        .where(
            StrategyEvent.strategy_id == strategy_id,
            StrategyEvent.kind.in_(("watchlist_added", "watchlist_full")),
        )
        .order_by(StrategyEvent.id.desc())
        .limit(1)
    )
    return last == "watchlist_full"


def _about_time(record: EvaluationRecord) -> Iterator[Told]:
    if record.missed_before:
        yield Told(
            "executions_missed",
            f"{record.missed_before} executions were due while nothing ran; they are not made up for",
            {"missed": record.missed_before},
        )


def _about_watchlist(record: EvaluationRecord, carried: Carried) -> Iterator[Told]:
    for added in carried.added:
        message = f"Added “{added.question}” to the watchlist: {added.reason}"
        yield Told("watchlist_added", message, {"market_id": added.market_id})
    if carried.turned_away and not carried.full_told:
        cap, more = record.watchlist_rules.cap, len(carried.turned_away)
        yield Told("watchlist_full", f"The watchlist is full ({cap} markets): {more} not added")
    for left in (*carried.expired, *carried.removed):
        message = f"“{left.question}” left the watchlist: {left.reason}"
        yield Told("watchlist_removed", message, {"market_id": left.market_id})


def _ending(record: EvaluationRecord, carried: Carried) -> Told:
    if record.decision is None:
        return Told("execution_failed", record.error_message or "failed", {"status": "failed"})
    return Told("execution_finished", carried.summary(), {"status": "succeeded"}, timeline=False)
