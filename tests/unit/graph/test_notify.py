from domain.strategy.decision import Notify
from tests.unit.graph.world import World, drawn, market, node, run, summary

STREAM = node("s", "stream_markets")
END = node("e", "end")


def test_notify_tells_each_market_and_lets_it_on() -> None:
    tell = node("n", "notify", message="{question} costs {price}, score {momentum_score}: {reason}", limit=1)
    decision = run(drawn([STREAM, tell, END], "s>n", "n>e"), World([market("1"), market("2")]))
    assert decision.effects == (
        Notify(
            node_id="n",
            market_id="1",
            message="Will 1 happen? costs 0.42, score unknown: found: volume 600,000, price 0.42, liquidity 9,000",
        ),
    )
    assert summary(decision, "e").items_in == 2
    told = [verdict.sentence for verdict in summary(decision, "n").verdicts]
    assert told[0].startswith("told: Will 1 happen? costs 0.42")
    assert told[1] == "goes on without a notice: only 1 notice in one execution"


def test_notify_behind_control_tells_once() -> None:
    graph = drawn([node("b", "start"), node("n", "notify", message="awake"), END], "b>n", "n>e")
    decision = run(graph, World())
    assert decision.effects == (Notify(node_id="n", market_id=None, message="awake"),)
    assert [known.node_id for known in decision.nodes] == ["b", "n", "e"]


def test_notify_without_markets_says_nothing() -> None:
    assert run(drawn([STREAM, node("n", "notify", message="found")], "s>n"), World()).effects == ()
