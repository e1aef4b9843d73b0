"""The head of a strategy's page in the Temporal Web UI."""

from contracts.strategy import StrategyCounts
from domain.strategy.lifecycle import Standing


def headline(
    name: str, standing: Standing, degraded_reason: str | None, next_number: int, counts: StrategyCounts
) -> str:
    """Markdown: what it is doing, what comes next, how it has done."""
    following = standing.next_execution_at
    return (
        f"**{name}** is **{standing.status}**"
        + (f" ({standing.reason})" if standing.reason else "")
        + (f", degraded: {degraded_reason}" if degraded_reason else "")
        + f"\n\nnext execution: {next_number} at "
        f"{following.isoformat(timespec='seconds') if following else 'none'}, "
        f"{counts.successful_executions} of {counts.total_executions} executions succeeded, "
        f"watchlist {counts.watchlist_size}, active trades {counts.active_trades}"
    )
