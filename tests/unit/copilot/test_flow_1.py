"""The sentences of flow 1 and the example workflows, as they are written."""

import pytest

from domain.graph.graph import Graph
from domain.graph.validate_graph import validate_graph
from tests.unit.copilot.drafts import conditions, config, draft, graph_of, types, wires

SENTENCES = (
    "Build a bot that monitors Politics markets with volume > $100k",
    "Add them to a watchlist",
    "Check watchlist every 5 minutes for momentum > 5%",
    "If momentum is strong, buy Yes for $100",
)
WIRES = {
    "start.out>stream",
    "stream.out>filter",
    "filter.out>watch",
    "start.out>monitor",
    "monitor.out>condition",
    "condition.true>held",
    "held.false>buy",
}
EXAMPLE_4 = "Stream Markets → Filter (volume > 100k) → Add to Watchlist → End"
EXAMPLE_5 = """Start
 ↓
Monitor Watchlist
 ↓
Filter (momentum > 0.05)  ← Only markets with 5%+ momentum
 ↓
Condition (if volume > 500k AND momentum > 0.05)
 ↓ TRUE
Execute Trade (outcome: Yes, amount: $100, type: market)
 ↓
Remove from Watchlist
 ↓
End"""


def _expect_flow_1(graph: Graph) -> None:
    assert wires(graph) == WIRES
    assert config(graph, "stream") == {"tag": "politics", "volume_min": "100000"}
    assert conditions(graph, "filter") == ["volume > 100000"]
    assert conditions(graph, "monitor") == ["momentum_1h > 0.05"]
    assert conditions(graph, "condition") == ["momentum_1h > 0.05"]
    assert config(graph, "buy") == {"outcome": "Yes", "amount": "100"}
    assert validate_graph(graph) == ()


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(SENTENCES),
        " ".join(SENTENCES),
        ". ".join(SENTENCES) + ".",
        "; ".join(SENTENCES),
        "\n".join(f"“{sentence}”" for sentence in SENTENCES),
        " ".join(f"“{sentence}”" for sentence in SENTENCES),
        "\n".join(f'   - "{sentence}"' for sentence in SENTENCES),
        "\r\n\r\n".join(f"{number}. {sentence}" for number, sentence in enumerate(SENTENCES, 1)),
        " ".join(SENTENCES).replace(" ", "\u00a0"),
        "\n".join(SENTENCES).lower(),
    ],
    ids=[
        "lines",
        "one text",
        "points",
        "semicolons",
        "quoted",
        "quoted in one",
        "list",
        "numbered",
        "nbsp",
        "lower",
    ],
)
def test_the_four_sentences_draw_the_same_strategy_however_they_are_put_together(text: str) -> None:
    made = draft(text)
    assert made.graph is not None
    _expect_flow_1(made.graph)
    assert made.settings.interval_seconds == 300
    assert made.name == "Politics Momentum Bot"
    assert made.not_understood == ()


def test_each_sentence_is_told_with_its_place_and_its_nodes() -> None:
    text = "\n".join(SENTENCES)
    made = draft(text)
    assert [part.fragment.text for part in made.understood] == list(SENTENCES)
    for part in made.understood:
        start = part.fragment.offset
        assert text[start : start + len(part.fragment.text)] == part.fragment.text
    assert [part.node_ids for part in made.understood] == [
        ("stream", "filter"),
        ("watch",),
        ("monitor",),
        ("condition", "held", "buy"),
    ]
    assert made.understood[2].settings == ("interval_seconds",)


def test_what_the_sentences_leave_open_is_told() -> None:
    told = draft("\n".join(SENTENCES)).assumptions
    assert "Momentum is measured over one hour, as no time was said." in told
    assert any("“momentum is strong” means what was said before" in sentence for sentence in told)
    assert any("is not bought again" in sentence for sentence in told)


def test_sentence_by_sentence_the_same_is_drawn() -> None:
    graph = None
    for sentence in SENTENCES:
        graph = graph_of(sentence, graph)
    assert graph is not None
    _expect_flow_1(graph)


def test_the_example_of_the_watchlist_system_is_drawn_as_written() -> None:
    made = draft(EXAMPLE_4)
    assert made.graph is not None
    assert types(made.graph) == ["start", "stream_markets", "filter", "add_to_watchlist", "end"]
    assert conditions(made.graph, "filter") == ["volume > 100000"]
    assert (made.not_understood, validate_graph(made.graph)) == ((), ())


def test_the_example_of_conditional_trading_is_drawn_as_written() -> None:
    made = draft(EXAMPLE_5)
    assert made.graph is not None
    assert wires(made.graph) == {
        "start.out>monitor",
        "monitor.out>filter",
        "filter.out>condition",
        "condition.true>buy",
        "buy.filled>unwatch",
        "unwatch.out>end",
    }
    assert conditions(made.graph, "filter") == ["momentum_1h > 0.05"]
    assert conditions(made.graph, "condition") == ["volume > 500000", "momentum_1h > 0.05"]
    assert config(made.graph, "buy") == {"outcome": "Yes", "amount": "100"}
    assert (made.not_understood, validate_graph(made.graph)) == ((), ())
    assert "“← Only markets with 5%+ momentum” is taken as a remark." in made.assumptions


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("price increased by 5% in last hour", "momentum_1h >= 0.05"),
        ("trading volume above $250k", "volume > 250000"),
        ("market has been on watchlist for 15 minutes", "minutes_on_watchlist >= 15"),
    ],
)
def test_the_conditions_of_the_requirements_are_known(words: str, rule: str) -> None:
    graph = graph_of(f"Check the watchlist. If {words}, buy Yes for $100")
    assert conditions(graph, "condition") == [rule]
