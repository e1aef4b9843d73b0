"""What an evaluation tells people: timeline entries, and a word to open pages that something is new."""

from typing import Any

from db.repositories.evaluation_record import Carried, EvaluationRecord


def events_of(
    record: EvaluationRecord, carried: Carried, degraded_before: str | None
) -> list[dict[str, Any]]:
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
    if carried.turned_away:
        full = f"The watchlist is full ({record.watchlist_rules.cap} markets): {len(carried.turned_away)} not added"
        events.append(("watchlist_full", full, about, True))
    for expired in carried.expired:
        message = f"“{expired.question}” left the watchlist: {expired.reason}"
        events.append(("watchlist_removed", message, {**about, "market_id": expired.market_id}, True))
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
