"""End: where a drawing ends."""

from domain.graph.config_field import Config
from domain.graph.nodes.node_type import Evaluate, Group, NodeInput, NodeResult, NodeType, Outcome, Work
from domain.graph.nodes.scope import Scope
from domain.graph.ports import InputPort, PortKind


class EndConfig(Config):
    """Nothing to set."""


def prepare(config: EndConfig) -> Evaluate:
    def evaluate(given: NodeInput, scope: Scope) -> Work:
        yield from ()
        return NodeResult(outcomes=[Outcome(item, None, "reached the end") for item in given.items])

    return evaluate


END = NodeType(
    type="end",
    title="End",
    group=Group.FLOW,
    description="Nothing happens behind it; shows where a path is meant to end.",
    config=EndConfig,
    rule=lambda config: "nothing more happens here",
    prepare=prepare,
    inputs=(InputPort("in", "Last", PortKind.ANY),),
)
