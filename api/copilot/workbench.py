"""What a model may look at for one user: the catalogue's checks, markets, dry runs. Nothing here changes anything."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from api.dry_runs.run_dry import run_dry
from api.dry_runs.schemas import DryRun
from api.formulas.graph_problems import problems_of_draft
from api.markets.list_markets import list_markets
from api.parts import ApiParts
from api.problem import ApiProblem
from domain.graph.graph import Graph
from domain.graph.problem import GraphProblem
from domain.graph.words import bounded
from domain.market.query import MarketQuery
from exchange.errors import MarketDataRefused, MarketDataUnavailable

NODES_SHOWN = 40
VERDICTS_SHOWN = 3
EFFECTS_SHOWN = 10
QUESTION_MAX = 160
MARKET_FIELDS = ("id", "category", "tags", "price", "spread", "volume", "volume_24h", "liquidity", "end_at")
AWAY = "The venue does not answer right now."


class UserWorkbench:
    """Implements copilot.ports.Workbench with the rights of one user, who has no more than anybody here."""

    def __init__(self, parts: ApiParts, user_id: UUID, strategy_id: UUID | None, now: datetime) -> None:
        self._parts = parts
        self._user_id = user_id
        self._strategy_id = strategy_id
        self._now = now

    async def problems(self, graph: Graph) -> Sequence[GraphProblem]:
        return await problems_of_draft(graph, self._parts.formulas)

    async def find_markets(self, query: MarketQuery) -> dict[str, Any]:
        try:
            found = await list_markets(self._parts.market_data, query, self._parts.source)
        except (ApiProblem, MarketDataUnavailable, MarketDataRefused):
            return {"error": AWAY}
        return {
            "markets": [
                {
                    "question": bounded(market.question, QUESTION_MAX),
                    **market.model_dump(mode="json", include=set(MARKET_FIELDS)),
                    "outcomes": [outcome.name for outcome in market.outcomes],
                }
                for market in found.items
            ]
        }

    async def dry_run(self, graph: Graph) -> dict[str, Any]:
        request = DryRun(graph=graph.model_dump(mode="json"), strategy_id=self._strategy_id)
        try:
            tried = await run_dry(self._parts, self._user_id, request, self._now)
        except ApiProblem as problem:
            return {"error": str(problem)}
        except (TimeoutError, MarketDataUnavailable, MarketDataRefused):
            return {"error": AWAY}
        return {
            "nodes": [
                {
                    "node_id": node.node_id,
                    "items_in": node.items_in,
                    "items_out": node.items_out,
                    "examples": [bounded(verdict.sentence) for verdict in node.verdicts[:VERDICTS_SHOWN]],
                }
                for node in tried.nodes[:NODES_SHOWN]
            ],
            "effects": [
                {"kind": effect.kind, "node_id": effect.node_id, "question": effect.question}
                for effect in tried.effects[:EFFECTS_SHOWN]
            ],
            "effects_total": tried.effects_total,
            "failure": tried.failure.message if tried.failure is not None else None,
        }
