"""The same words change a drawing that is there, or say why they cannot."""

import pytest

from domain.copilot.lay_out import lay_out
from domain.graph.graph import Edge, Graph, Node, Position
from domain.graph.validate_graph import validate_graph
from domain.strategy.settings import StrategySettings
from tests.unit.copilot.drafts import conditions, config, draft, graph_of, wires
from tests.unit.copilot.test_flow_1 import SENTENCES

BOT = graph_of("\n".join(SENTENCES))


@pytest.mark.parametrize(
    "words",
    [
        "raise the volume to $200k",
        "change the volume from $100k to $200k",
        "set the volume threshold to 200,000",
    ],
)
def test_a_threshold_changes_wherever_it_stands(words: str) -> None:
    changed = graph_of(words, BOT)
    assert config(changed, "stream")["volume_min"] == "200000"
    assert conditions(changed, "filter") == ["volume > 200000"]
    assert wires(changed) == wires(BOT)
    assert validate_graph(changed) == ()


def test_amount_momentum_and_interval_change() -> None:
    made = draft("Change the amount to $50. Lower the momentum to 3%. Set the interval to 10 minutes.", BOT)
    assert made.graph is not None
    assert config(made.graph, "buy") == {"outcome": "Yes", "amount": "50"}
    assert conditions(made.graph, "monitor") == conditions(made.graph, "condition") == ["momentum_1h > 0.03"]
    assert made.settings.interval_seconds == 600
    assert made.not_understood == ()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("raise the liquidity to $10k", "No node has a setting for liquidity"),
        ("raise the volume to $50k", "the other way"),
        ("lower the volume to $500k", "the other way"),
        ("change the amount to 5%", "is no value for amount"),
        ("change the wait to 10 minutes", "no Wait node"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_its_reason(words: str, why: str) -> None:
    made = draft(words, BOT)
    assert made.graph == BOT
    assert why in made.not_understood[0].why


def test_two_values_for_the_same_thing_are_not_guessed_at() -> None:
    base = graph_of("Monitor Crypto markets. Buy Yes for $10. Monitor Sports markets. Buy Yes for $20.")
    made = draft("Change the amount to $50", base)
    assert made.graph == base
    assert "buy (10) and buy-2 (20)" in made.not_understood[0].why


def test_a_step_is_added_at_the_end() -> None:
    changed = graph_of("Then remove it from the watchlist", BOT)
    assert "buy.filled>unwatch" in wires(changed)
    assert all(node in changed.nodes for node in BOT.nodes)


def test_a_step_before_an_end_node_takes_its_place() -> None:
    base = graph_of("Stream Markets → Filter (volume > 100k) → Add to Watchlist → End")
    changed = graph_of("Notify me", base)
    assert "watch.out>notify" in wires(changed)
    assert "end" not in [node.id for node in changed.nodes]


def test_a_new_path_begins_at_start_and_new_nodes_lie_free() -> None:
    changed = graph_of("Monitor Sports markets and notify me", BOT)
    assert "start.out>stream-2" in wires(changed)
    places = [node.position for node in changed.nodes]
    assert len(set(map(str, places))) == len(places)


def test_settings_that_were_there_stay() -> None:
    before = StrategySettings(interval_seconds=900)
    assert draft("Notify me", BOT, before).settings == before


def test_nodes_without_a_place_get_one_behind_what_leads_to_them() -> None:
    drawn = Graph(
        nodes=(
            Node(id="a", type="stream_markets"),
            Node(id="b", type="filter"),
            Node(id="c", type="end", position=Position(x=5, y=5)),
            Node(id="d", type="end"),
        ),
        edges=(Edge(source="a", target="b"), Edge(source="b", target="d"), Edge(source="b", target="c")),
    )
    before = Graph(nodes=(Node(id="a", type="stream_markets", position=Position(x=7, y=900)),))
    places = {node.id: node.position for node in lay_out(drawn, before).nodes}
    assert places["a"] == Position(x=7, y=900)
    assert places["c"] == Position(x=5, y=5)
    assert places["b"] is not None
    assert places["d"] is not None
    assert places["d"].x > places["b"].x
