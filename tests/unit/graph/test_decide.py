from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from domain.errors import InvalidValue
from domain.graph.compile_graph import CompiledGraph, compile_graph
from domain.graph.graph import Graph
from domain.graph.item import Item
from domain.graph.node_failed import NodeFailed
from domain.graph.nodes.node_type import NodeInput, NodeResult, Outcome, Work
from domain.graph.nodes.scope import Scope
from domain.strategy.decide import decide
from domain.strategy.decision import VERDICTS_KEPT, CarriedItem, Decision, EntryPoint, RemoveFromWatchlist
from domain.strategy.requests import Answer, MarketsByIdRequest, NodeFinished, Request, WatchlistRequest
from domain.strategy.run_decision import NotInEvidence, answers_from, run_decision
from tests.unit.graph.world import (
    World,
    comparison,
    drawn,
    left,
    market,
    node,
    run,
    run_with_evidence,
    situation,
    summary,
)

STREAM = node("s", "stream_markets")
ADD = node("a", "add_to_watchlist")
END = node("e", "end")


def passing(node_id: str, *rules: dict[str, str]) -> dict[str, Any]:
    return node(node_id, "filter", conditions=list(rules or (comparison("volume", ">", "0"),)))


def test_union_keeps_the_first_seen_and_the_order_of_edges() -> None:
    low, high = (
        passing("low", comparison("price", "<", "0.5")),
        passing("high", comparison("volume", ">", "10")),
    )
    world = World([market("1"), market("2", volume=Decimal(1)), market("3", best_bid=None)])
    graph = drawn([STREAM, low, high, END], "s>low", "s>high", "high>e", "low>e")
    decision = run(graph, world)
    assert [verdict.market_id for verdict in summary(decision, "e").verdicts] == ["1", "3", "2"]


def test_nodes_that_were_not_reached_have_no_summary() -> None:
    none = passing("f", comparison("volume", "<", "0"))
    decision = run(drawn([STREAM, none, ADD, END], "s>f", "f>a", "a>e"), World([market("1")]))
    assert [known.node_id for known in decision.nodes] == ["s", "f"]


def sent(work: Generator[Request, Answer, Decision], answer: Answer) -> Request | None:
    """The next request; None at the end."""
    try:
        return work.send(answer)
    except StopIteration:
        return None


def test_node_finished_follows_each_node() -> None:
    graph = compile_graph(drawn([STREAM, passing("f"), END], "s>f", "f>e"))
    world, finished = World([market("1")]), []
    work = decide(graph, situation())
    request: Request | None = next(work)
    while request is not None:
        if isinstance(request, NodeFinished):
            finished.append(request.node_id)
            request = sent(work, None)
        else:
            request = sent(work, world.answer(request))
    assert finished == ["s", "f", "e"]


def test_verdicts_are_bounded_and_passed_ones_come_first() -> None:
    world = World([market(str(number), volume=Decimal(number % 2)) for number in range(60)])
    decision = run(drawn([STREAM, passing("f"), END], "s>f", "f>e"), world)
    kept = summary(decision, "f").verdicts
    assert len(kept) == VERDICTS_KEPT
    assert [verdict.market_id for verdict in kept] == [str(number) for number in range(1, 40, 2)]
    assert summary(decision, "f").items_out == {"out": 30}


def resumed(graph: Graph, world: World, node_id: str, port: str, *market_ids: str) -> Decision:
    items = tuple(CarriedItem(market_id=known) for known in market_ids)
    return run(graph, world, EntryPoint(node_id=node_id, port=port, items=items))


WAITING = drawn(
    [STREAM, node("w", "wait", hours=1), passing("f"), ADD, END], "s>w", "w>f", "f>a", "s>e", "a>e"
)


def test_resuming_evaluates_only_what_is_behind_the_port() -> None:
    world = World([market("1"), market("2"), market("3")])
    decision = resumed(WAITING, world, "w", "out", "2", "1", "2", "gone")
    assert world.asked == [MarketsByIdRequest(market_ids=("2", "1", "gone")), WatchlistRequest()]
    assert [known.node_id for known in decision.nodes] == ["f", "a", "e"]
    assert left(decision, "f", "out") == ["2", "1"]
    assert left(decision, "f", None) == ["gone"]


def test_resuming_behind_a_filled_order() -> None:
    graph = drawn(
        [STREAM, node("t", "execute_trade", amount="5"), node("r", "remove_from_watchlist"), END],
        "s>t",
        "t.filled>r",
        "t.failed>e",
    )
    world = World([market("1")])
    world.watch("1")
    decision = resumed(graph, world, "t", "filled", "1")
    assert [known.node_id for known in decision.nodes] == ["r"]
    (effect,) = decision.effects
    assert isinstance(effect, RemoveFromWatchlist)
    assert effect.reason == "after Execute Trade: filled"


def test_resuming_behind_a_control_wait_runs_the_roots_behind_it_only() -> None:
    graph = drawn([node("b", "start"), node("w", "wait", hours=1), STREAM, END], "b>w", "w>s", "s>e")
    decision = resumed(graph, World([market("1")]), "w", "out")
    assert [known.node_id for known in decision.nodes] == ["s", "e"]


def test_resuming_without_items_where_items_flow_does_nothing() -> None:
    world = World()
    assert resumed(WAITING, world, "w", "out") == Decision(nodes=(), effects=(), deferrals=())
    assert world.asked == []


def test_values_of_items_are_carried_on() -> None:
    graph = drawn([STREAM, node("w", "wait", hours=1), node("v", "wait", hours=1), END], "s>w", "w>v", "v>e")
    carried = CarriedItem(market_id="1", values={"order_id": "7"})
    decision = run(graph, World([market("1")]), EntryPoint(node_id="w", port="out", items=(carried,)))
    assert decision.deferrals[0].items == (carried,)


@pytest.mark.parametrize(("node_id", "port"), [("nope", "out"), ("w", "nope"), ("w", None), ("e", "out")])
def test_unknown_entry_is_refused(node_id: str, port: str | None) -> None:
    with pytest.raises(InvalidValue):
        run(WAITING, World(), EntryPoint(node_id=node_id, port=port))


def breaking(graph: CompiledGraph, node_id: str) -> CompiledGraph:
    """The same graph with one node whose code has a bug."""

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        yield from ()
        raise ZeroDivisionError("a bug")

    nodes = tuple(
        replace(known, evaluate=evaluate) if known.id == node_id else known for known in graph.nodes
    )
    return replace(graph, nodes=nodes)


def test_bug_in_a_node_names_the_node() -> None:
    graph = breaking(compile_graph(drawn([STREAM, passing("f"), END], "s>f", "f>e")), "f")
    with pytest.raises(NodeFailed) as raised:
        run_decision(graph, situation(), World([market("1")]).answer)
    assert (raised.value.node_id, raised.value.node_title, raised.value.message) == ("f", "Filter", "a bug")
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_node_that_leaves_by_a_port_it_does_not_have_is_a_bug() -> None:
    def evaluate(given: NodeInput, scope: Scope) -> Work:
        yield from ()
        return NodeResult(outcomes=[Outcome(Item("1"), "nowhere", "")])

    graph = compile_graph(drawn([STREAM, END], "s>e"))
    broken = replace(graph, nodes=(replace(graph.nodes[0], evaluate=evaluate), graph.nodes[1]))
    with pytest.raises(NodeFailed, match="nowhere"):
        run_decision(broken, situation(), World().answer)


def test_wrong_answer_names_the_node() -> None:
    def wrong(request: Request) -> Answer:
        return World().answer(WatchlistRequest())

    with pytest.raises(NodeFailed, match="answered with WatchlistAnswer"):
        run_decision(compile_graph(drawn([STREAM, END], "s>e")), situation(), wrong)


def test_what_the_driver_throws_in_comes_out_unchanged() -> None:
    work: Generator[Request, Answer, Decision] = decide(
        compile_graph(drawn([STREAM, END], "s>e")), situation()
    )
    next(work)
    with pytest.raises(TimeoutError):
        work.throw(TimeoutError("the venue is slow"))


def test_replayed_evidence_gives_the_same_decision() -> None:
    rising = passing("f", comparison("momentum_1h", ">", "0"))
    graph = drawn([STREAM, rising, ADD, node("m", "monitor_watchlist"), END], "s>f", "f>a", "m>e")
    world = World([market("1"), market("2")])
    world.histories = {"1-yes": [(timedelta(hours=1), "0.40")]}
    world.watch("2")
    decision, evidence = run_with_evidence(graph, world)
    again, same = run_decision(compile_graph(graph), situation(), answers_from(evidence))
    assert again == decision
    assert same == evidence
    assert again.model_dump_json() == decision.model_dump_json()


def test_replay_of_another_graph_is_noticed() -> None:
    _, evidence = run_with_evidence(drawn([STREAM, END], "s>e"), World([market("1")]))
    other = compile_graph(drawn([node("m", "monitor_watchlist"), END], "m>e"))
    with pytest.raises(NotInEvidence):
        run_decision(other, situation(), answers_from(evidence))


def test_trade_after_filter_filled_earlier_and_again_after_wait_are_two_intents() -> None:
    trade = node("t", "execute_trade", amount="5")
    graph = drawn([STREAM, node("w", "wait", hours=1), trade, END], "s>w", "w>t", "s>t", "t.filled>e")
    first = run(graph, World([market("1")]))
    later = resumed(graph, World([market("1")]), "w", "out", "1")
    assert [intent.market_id for intent in first.intents] == ["1"]
    assert [intent.market_id for intent in later.intents] == ["1"]


def test_quiet_evaluation_of_200_markets_is_fast() -> None:
    """A loose bound, five times the goal, so that a busy machine does not fail it."""
    rules = (comparison("volume", ">", "1000"), comparison("price", "<", "0.9"))
    graph = compile_graph(drawn([STREAM, passing("f", *rules), ADD], "s>f", "f>a"))
    world = World([market(str(number)) for number in range(200)])
    world.watch(*(known.id for known in world.markets))
    _, evidence = run_decision(graph, situation(), world.answer)

    def once() -> float:
        answer, begun = answers_from(evidence), process_time()
        run_decision(graph, situation(), answer)
        return process_time() - begun

    assert min(once() for _ in range(10)) < 0.025
