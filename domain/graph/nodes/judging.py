"""The shared shape of nodes that send each market to true or to false by a rule over known numbers."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from domain.graph.conditions.compile_rule import compile_rule
from domain.graph.conditions.explain_rule import explain
from domain.graph.conditions.judge_items import judge_items
from domain.graph.conditions.rule import Rule
from domain.graph.config_field import Config
from domain.graph.nodes.node_type import Evaluate, NodeInput, NodeResult, Outcome, Work
from domain.graph.nodes.scope import Scope
from domain.graph.nodes.thresholds import PORTS
from domain.graph.ports import OutputPort, PortKind

C = TypeVar("C", bound=Config)


def two_ways(true: str, false: str) -> tuple[OutputPort, OutputPort]:
    """Ports true and false, each described by a sentence."""
    return (
        OutputPort("true", "True", PortKind.MARKETS, true),
        OutputPort("false", "False", PortKind.MARKETS, false),
    )


def judged_by(rule_of: Callable[[C], Rule]) -> Callable[[C], Evaluate]:
    """`prepare` of such a node."""

    def prepare(config: C) -> Evaluate:
        compiled = compile_rule(rule_of(config))

        def evaluate(given: NodeInput, scope: Scope) -> Work:
            judged = yield from judge_items(compiled, given.items, scope)
            return NodeResult(
                outcomes=[
                    Outcome(item, PORTS[held], partial(explain, compiled, facts))
                    for item, held, facts in judged
                ]
            )

        return evaluate

    return prepare
