"""Add to Watchlist: puts markets on the strategy's watchlist, each once."""

from datetime import datetime
from functools import partial

from pydantic import Field

from domain.graph.conditions.facts import price_of
from domain.graph.config_field import Config
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
from domain.graph.words import quoted, time_words
from domain.market.market import Market
from domain.strategy.decision import AddToWatchlist

REASON_MAX = 200


class AddToWatchlistConfig(Config):
    """Only a reason, if wished."""

    reason: str = Field(
        default="",
        max_length=REASON_MAX,
        title="Reason",
        description="Kept with the entry. Left empty, the sentence of the node before is kept.",
    )


def rule(config: AddToWatchlistConfig) -> str:
    because = f" because {quoted(config.reason)}" if config.reason else ""
    return f"put on the watchlist what is not there yet{because}"


def watched_sentence(added_at: datetime) -> str:
    return f"is on the watchlist already, since {time_words(added_at)}"


def entry_for(node_id: str, market: Market, reason: str) -> AddToWatchlist:
    """Unchecked construction: every value comes from a model that was checked, and there may be hundreds."""
    return AddToWatchlist.model_construct(
        node_id=node_id,
        market_id=market.id,
        reason=reason,
        question=market.question,
        price=price_of(market),
        volume=market.volume,
        liquidity=market.liquidity,
        spread=market.spread,
        ends_at=market.end_at,
    )


def prepare(config: AddToWatchlistConfig) -> Evaluate:
    def evaluate(given: NodeInput, scope: Scope) -> Work:
        watchlist = yield from scope.read_watchlist()
        room = scope.watchlist_room()
        effects: list[AddToWatchlist] = []
        outcomes: list[Outcome] = []
        for item in given.items:
            added_at = watchlist.get(item.market_id)
            market = scope.markets.get(item.market_id)
            if added_at is not None:
                outcomes.append(Outcome(item, "out", partial(watched_sentence, added_at)))
            elif market is None:
                outcomes.append(Outcome(item, None, "the market was not found at the venue"))
            else:
                reason = config.reason or given.why(item.market_id)
                effects.append(entry_for(given.node_id, market, reason))
                if room is not None and len(effects) > room:
                    # Behind this node a market counts as remembered: what is not must not be bought again and again.
                    outcomes.append(Outcome(item, None, "the watchlist is full"))
                else:
                    outcomes.append(Outcome(item, "out", "put on the watchlist"))
        scope.put_on_watchlist(effect.market_id for effect in effects[:room])
        return NodeResult(outcomes=outcomes, effects=effects)

    return evaluate


ADD_TO_WATCHLIST = NodeType(
    type="add_to_watchlist",
    title="Add to Watchlist",
    group=Group.ACTION,
    description="Puts markets on the strategy's watchlist with the numbers of now. A market that is there already stays as it is.",
    config=AddToWatchlistConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(
        OutputPort("out", "Watched", PortKind.MARKETS, "Every one that is on the watchlist now, new or old."),
    ),
    effects=True,
)
