"""Condition: sends each market one of two ways."""

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

PORTS: dict[bool | None, str | None] = {True: "true", False: "false", None: None}


class ConditionConfig(Conditions):
    """What decides between the two ways."""


def prepare(config: ConditionConfig) -> Evaluate:
    compiled: CompiledRule = compile_rule(config.whole)

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        judged = yield from judge_items(compiled, given.items, scope)
        return NodeResult(
            outcomes=[
                Outcome(item, PORTS[held], partial(explain, compiled, facts)) for item, held, facts in judged
            ],
        )

    return evaluate


CONDITION = NodeType(
    type="condition",
    title="Condition",
    group=Group.CONDITION,
    description="Sends each market to true or to false. A market for which the answer is not known goes neither way.",
    config=ConditionConfig,
    rule=lambda config: f"if {rule_words(config.whole)}",
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(
        OutputPort("true", "True", PortKind.MARKETS, "Markets for which the condition holds."),
        OutputPort("false", "False", PortKind.MARKETS, "Markets for which it does not hold."),
    ),
)
