"""Remove from Watchlist: takes markets off the strategy's watchlist."""

from pydantic import Field

from domain.graph.config_field import Config
from domain.graph.nodes.add_to_watchlist import REASON_MAX
from domain.graph.nodes.node_type import (
    MARKETS_IN,
    Evaluate,
    Group,
    NodeInput,
    NodeResult,
    NodeType,
    Outcome,
    Work,
)
from domain.graph.nodes.scope import Scope
from domain.graph.ports import OutputPort, PortKind
from domain.graph.words import quoted
from domain.strategy.decision import RemoveFromWatchlist


class RemoveFromWatchlistConfig(Config):
    """Only a reason, if wished."""

    reason: str = Field(
        default="",
        max_length=REASON_MAX,
        title="Reason",
        description="Kept in the history of the entry. Left empty, the sentence of the node before is kept.",
    )


def rule(config: RemoveFromWatchlistConfig) -> str:
    because = f" because {quoted(config.reason)}" if config.reason else ""
    return f"take off the watchlist{because}"


def prepare(config: RemoveFromWatchlistConfig) -> Evaluate:
    def evaluate(given: NodeInput, scope: Scope) -> Work:
        watchlist = yield from scope.read_watchlist()
        effects: list[RemoveFromWatchlist] = []
        outcomes: list[Outcome] = []
        for item in given.items:
            if item.market_id in watchlist:
                reason = config.reason or given.why(item.market_id)
                effects.append(
                    RemoveFromWatchlist.model_construct(
                        node_id=given.node_id, market_id=item.market_id, reason=reason
                    )
                )
                outcomes.append(Outcome(item, "out", "taken off the watchlist"))
            else:
                outcomes.append(Outcome(item, "out", "was not on the watchlist"))
        scope.take_off_watchlist(effect.market_id for effect in effects)
        return NodeResult(outcomes=outcomes, effects=effects)

    return evaluate


REMOVE_FROM_WATCHLIST = NodeType(
    type="remove_from_watchlist",
    title="Remove from Watchlist",
    group=Group.ACTION,
    description="Takes markets off the strategy's watchlist. A market that is not on it just goes on.",
    config=RemoveFromWatchlistConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(
        OutputPort(
            "out", "Not watched", PortKind.MARKETS, "Every one that came in; none is on the list now."
        ),
    ),
    effects=True,
)
