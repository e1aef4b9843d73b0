import re
import subprocess
import sys
from pathlib import Path

from domain.graph.conditions.metric import METRICS
from domain.graph.item import Item
from domain.graph.nodes.catalogue import NODE_TYPES
from domain.graph.nodes.node_type import NodeInput, NodeType
from domain.graph.nodes.scope import Scope
from tests.unit.graph.world import NOW, market

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"


def test_pages_of_nodes_are_what_the_generator_writes() -> None:
    checked = subprocess.run(
        [sys.executable, "scripts/write_node_docs.py", "--check"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, f"{checked.stdout}{checked.stderr}run: python scripts/write_node_docs.py"


def test_pages_of_nodes_name_every_port_and_setting() -> None:
    for node_type in NODE_TYPES:
        page = (DOCS / "nodes" / f"{node_type.type}.md").read_text()
        names = [*node_type.config.model_fields]
        names.extend(port.name for port in node_type.inputs)
        names.extend(port.name for port in node_type.outputs)
        assert [name for name in names if f"`{name}`" not in page] == [], node_type.type
        assert "In words: " in page or node_type.type == "formula", f"{node_type.type} has no example"


def test_overview_names_every_type_and_metric() -> None:
    page = (DOCS / "nodes.md").read_text()
    assert [known.type for known in NODE_TYPES if f"`{known.type}`" not in page] == []
    assert [name for name in METRICS if f"`{name}`" not in page] == []


def test_node_of_the_guide_works() -> None:
    guide = (DOCS / "write-your-own-node.md").read_text()
    code = re.search(r"```python\n(.*?)```", guide, re.DOTALL)
    assert code is not None
    made: dict[str, object] = {"__name__": "price_band"}
    exec(compile(code[1], "price_band.py", "exec"), made)
    node_type = made["PRICE_BAND"]
    assert isinstance(node_type, NodeType)
    scope = Scope(NOW)
    scope.markets["1"] = market("1")
    given = NodeInput("n", (Item("1"), Item("2")), frozenset(), lambda market_id: "")
    work = node_type.prepare(node_type.config.model_validate({"low": "0.42"}))(given, scope)
    try:
        next(work)
    except StopIteration as finished:
        told = [(outcome.port, outcome.sentence) for outcome in finished.value.outcomes]
    assert told == [("out", "price 0.42 is from 0.42 to 0.8"), (None, "the price is not known")]
