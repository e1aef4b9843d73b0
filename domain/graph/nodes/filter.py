"""Filter: lets markets through that meet the conditions."""

from functools import partial

from domain.graph.conditions.compile_rule import CompiledRule, compile_rule
from domain.graph.conditions.explain_rule import explain, rule_words
from domain.graph.conditions.judge_items import judge_items
from domain.graph.conditions.settings import Conditions
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


class FilterConfig(Conditions):
    """What a market must meet to pass."""


def prepare(config: FilterConfig) -> Evaluate:
    compiled: CompiledRule = compile_rule(config.whole)

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        judged = yield from judge_items(compiled, given.items, scope)
        return NodeResult(
            outcomes=[
                Outcome(item, "out" if held is True else None, partial(explain, compiled, facts))
                for item, held, facts in judged
            ],
        )

    return evaluate


FILTER = NodeType(
    type="filter",
    title="Filter",
    group=Group.CONDITION,
    description="Lets through the markets that meet the conditions. A market whose numbers are not known does not pass.",
    config=FilterConfig,
    rule=lambda config: rule_words(config.whole),
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(OutputPort("out", "Passed", PortKind.MARKETS, "Markets that meet the conditions."),),
)
