"""Start: where a drawing begins."""

from domain.graph.config_field import Config
from domain.graph.nodes.node_type import Evaluate, Group, NodeInput, NodeResult, NodeType, Work
from domain.graph.nodes.scope import Scope
from domain.graph.ports import OutputPort, PortKind


class StartConfig(Config):
    """Nothing to set."""


def prepare(config: StartConfig) -> Evaluate:
    def evaluate(given: NodeInput, scope: Scope) -> Work:
        yield from ()
        return NodeResult(control=frozenset({"out"}))

    return evaluate


START = NodeType(
    type="start",
    title="Start",
    group=Group.FLOW,
    description="Begins every execution. Connect it to the node that should run first.",
    config=StartConfig,
    rule=lambda config: "each execution begins here",
    prepare=prepare,
    outputs=(OutputPort("out", "Then", PortKind.CONTROL, "Fires once in each execution."),),
)
