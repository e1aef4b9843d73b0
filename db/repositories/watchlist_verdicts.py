"""What nodes last said of the markets on the watchlist."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Exists, exists, text

from db.json_text import json_text
from db.models import Strategy, StrategyWatchlist
from db.session import WriteSession
from domain.strategy.decision import NodeSummary

# Only entries of which a node says something new: a quiet execution leaves no dead rows behind.
CHANGED_VERDICTS = """
SELECT active.id, jsonb_object_agg(verdict.node_id, verdict.said) AS changed
FROM jsonb_to_recordset({verdicts}) AS verdict(market_id text, node_id text, said jsonb)
JOIN strategy_watchlists AS active
  ON active.market_id = verdict.market_id
 AND active.strategy_id = {strategy_id}
 AND active.removed_at IS NULL
WHERE (active.verdicts -> verdict.node_id ->> 'sentence', active.verdicts -> verdict.node_id ->> 'port')
      IS DISTINCT FROM (verdict.said ->> 'sentence', verdict.said ->> 'port')
GROUP BY active.id
"""
REMEMBER = text(
    f"""
    UPDATE strategy_watchlists AS entry
    SET verdicts = entry.verdicts || said.changed
    FROM ({CHANGED_VERDICTS.format(verdicts="CAST(:verdicts AS jsonb)", strategy_id=":strategy_id")}) AS said
    WHERE entry.id = said.id
    """
)


def watched() -> Exists:
    """Part of a query of strategies: whether anything is on the watchlist."""
    return (
        exists()
        .where(StrategyWatchlist.strategy_id == Strategy.id, StrategyWatchlist.removed_at.is_(None))
        .correlate(Strategy)
    )


async def remember_verdicts(
    session: WriteSession, strategy_id: UUID, number: int, nodes: Iterable[NodeSummary], at: datetime
) -> None:
    """Each entry gets the sentence of every node that judged its market. A node keeps at most
    domain.strategy.decision.VERDICTS_KEPT of them per evaluation, so the statement is small however long the list."""
    verdicts = verdict_rows(number, nodes, at)
    if verdicts:
        await session.execute(REMEMBER, {"strategy_id": strategy_id, "verdicts": json_text(verdicts)})


def verdict_rows(number: int, nodes: Iterable[NodeSummary], at: datetime) -> list[dict[str, Any]]:
    """What CHANGED_VERDICTS compares with what entries have already."""
    return [
        {
            "market_id": verdict.market_id,
            "node_id": node.node_id,
            "said": {"sentence": verdict.sentence, "port": verdict.port, "at": at, "number": number},
        }
        for node in nodes
        for verdict in node.verdicts
    ]
