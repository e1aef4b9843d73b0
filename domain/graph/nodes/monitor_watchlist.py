"""Monitor Watchlist: markets of the strategy's watchlist that meet the conditions."""

from functools import partial

from domain.graph.conditions.compile_rule import compile_rule
from domain.graph.conditions.explain_rule import explain, rule_words
from domain.graph.conditions.judge_items import judge_items
from domain.graph.conditions.settings import OptionalConditions
from domain.graph.item import Item
from domain.graph.nodes.node_type import (
    CONTROL_IN,
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

NOT_FOUND = "the market was not found at the venue"
ON_WATCHLIST = "it is on the watchlist"


class MonitorWatchlistConfig(OptionalConditions):
    """What a market of the watchlist must meet; without conditions all of them come out."""


def rule(config: MonitorWatchlistConfig) -> str:
    if config.whole is None:
        return "all markets on the watchlist"
    return f"markets on the watchlist with {rule_words(config.whole)}"


def prepare(config: MonitorWatchlistConfig) -> Evaluate:
    compiled = compile_rule(config.whole) if config.whole is not None else None

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        watchlist = yield from scope.read_watchlist()
        yield from scope.read_markets(watchlist)
        found = [Item(market_id) for market_id in watchlist if market_id in scope.markets]
        missing = [Item(market_id) for market_id in watchlist if market_id not in scope.markets]
        outcomes = [Outcome(item, None, NOT_FOUND) for item in missing]
        if compiled is None:
            outcomes.extend(Outcome(item, "out", ON_WATCHLIST) for item in found)
            return NodeResult(outcomes=outcomes, items_in=len(watchlist))
        judged = yield from judge_items(compiled, found, scope)
        outcomes.extend(
            Outcome(item, "out" if held is True else None, partial(explain, compiled, facts))
            for item, held, facts in judged
        )
        return NodeResult(outcomes=outcomes, items_in=len(watchlist))

    return evaluate


MONITOR_WATCHLIST = NodeType(
    type="monitor_watchlist",
    title="Monitor Watchlist",
    group=Group.DATA,
    description="Reads the strategy's watchlist, oldest entry first, and lets through the markets that meet the conditions.",
    config=MonitorWatchlistConfig,
    rule=rule,
    prepare=prepare,
    inputs=(CONTROL_IN,),
    outputs=(OutputPort("out", "Markets", PortKind.MARKETS, "Watched markets that meet the conditions."),),
)
