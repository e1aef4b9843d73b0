from decimal import Decimal

from domain.strategy.decision import AddToWatchlist, RemoveFromWatchlist
from domain.strategy.requests import Answer, MarketsByIdRequest, Request, WatchlistAnswer
from tests.unit.graph.world import World, comparison, drawn, left, market, node, run, summary

STREAM = node("s", "stream_markets")
MONITOR = node("m", "monitor_watchlist")
ADD = node("a", "add_to_watchlist")
REMOVE = node("r", "remove_from_watchlist")
END = node("e", "end")


def test_watchlist_is_asked_once_in_an_evaluation() -> None:
    world = World([market("1")])
    aged = node("f", "filter", conditions=[comparison("minutes_on_watchlist", ">=", "0")])
    graph = drawn([STREAM, ADD, aged, MONITOR, REMOVE], "s>a", "a>f", "m>r")
    run(graph, world)
    assert world.kinds_asked() == ["markets", "watchlist"]


def test_watchlist_is_not_asked_when_cheap_conditions_decide() -> None:
    world = World([market("1", volume=Decimal(1))])
    rules = [comparison("volume", ">", "10"), comparison("on_watchlist", "=", "0")]
    run(drawn([STREAM, node("f", "filter", conditions=rules), END], "s>f", "f>e"), world)
    assert world.kinds_asked() == ["markets"]


def test_add_to_watchlist_adds_only_what_is_not_there() -> None:
    world = World([market("1"), market("2")])
    world.watch("2")
    decision = run(drawn([STREAM, ADD, END], "s>a", "a>e"), world)
    assert decision.effects == (
        AddToWatchlist(
            node_id="a",
            market_id="1",
            reason="found: volume 600,000, price 0.42, liquidity 9,000",
            question="Will 1 happen?",
            price=Decimal("0.42"),
            volume=Decimal(600_000),
            liquidity=Decimal(9_000),
            spread=Decimal("0.02"),
            ends_at=market("1").end_at,
        ),
    )
    assert left(decision, "a", "out") == ["1", "2"]
    assert (
        summary(decision, "a").verdicts[1].sentence
        == "is on the watchlist already, since 2026-11-22 11:30 UTC"
    )


class Capped(World):
    """Its watchlist takes two markets."""

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        return answer.model_copy(update={"cap": 2}) if isinstance(answer, WatchlistAnswer) else answer


def test_what_a_full_watchlist_does_not_take_goes_no_further() -> None:
    world = Capped([market(str(number)) for number in range(1, 5)])
    world.watch("4")
    decision = run(drawn([STREAM, ADD, END], "s>a", "a>e"), world)
    (first, second) = sorted(set(left(decision, "a", "out")), key=lambda market_id: market_id == "4")
    assert second == "4", "it is on the list already"
    asked = [effect.market_id for effect in decision.effects if isinstance(effect, AddToWatchlist)]
    assert len(asked) == 3, "the books say who was turned away"
    assert asked[0] == first
    stopped = [verdict.sentence for verdict in summary(decision, "a").verdicts if verdict.port is None]
    assert stopped == ["the watchlist is full"] * 2


def test_add_to_watchlist_keeps_the_given_reason() -> None:
    graph = drawn([STREAM, node("a", "add_to_watchlist", reason="big")], "s>a")
    (effect,) = run(graph, World([market("1")])).effects
    assert isinstance(effect, AddToWatchlist)
    assert effect.reason == "big"


def test_reason_is_the_sentence_of_the_node_before() -> None:
    busy = node("f", "filter", conditions=[comparison("volume", ">", "100000")])
    (effect,) = run(drawn([STREAM, busy, ADD], "s>f", "f>a"), World([market("1")])).effects
    assert isinstance(effect, AddToWatchlist)
    assert effect.reason == "volume 600,000 is above 100,000"


def test_two_adds_of_one_market_are_one_effect() -> None:
    graph = drawn([STREAM, ADD, node("b", "add_to_watchlist")], "s>a", "s>b")
    assert [effect.node_id for effect in run(graph, World([market("1")])).effects] == ["a"]


def test_added_now_is_seen_by_later_nodes_with_age_zero() -> None:
    old = node("m", "monitor_watchlist", conditions=[comparison("minutes_on_watchlist", "=", "0")])
    world = World([market("1"), market("2")])
    world.watch("2")
    decision = run(drawn([STREAM, ADD, old, END], "s>a", "m>e"), world)
    assert left(decision, "m", "out") == ["1"]
    assert left(decision, "m", None) == ["2"]


def test_removed_now_is_not_seen_by_later_nodes() -> None:
    world = World([market("1"), market("2")])
    world.watch("1", "2")
    first = node("f", "filter", conditions=[comparison("volume", ">", "0")])
    graph = drawn([MONITOR, first, REMOVE, node("n", "monitor_watchlist")], "m>f", "f>r")
    decision = run(graph, world)
    assert [known.node_id for known in decision.nodes] == ["m", "f", "r", "n"]
    assert summary(decision, "n").items_in == 0


def test_remove_from_watchlist_lets_everything_on() -> None:
    world = World([market("1"), market("2")])
    world.watch("1")
    decision = run(drawn([STREAM, REMOVE, END], "s>r", "r>e"), world)
    (effect,) = decision.effects
    assert isinstance(effect, RemoveFromWatchlist)
    assert effect.market_id == "1"
    assert left(decision, "r", "out") == ["1", "2"]


def test_monitor_watchlist_reads_oldest_first_and_current_data() -> None:
    world = World([market("1"), market("2"), market("3", volume=Decimal(1))])
    world.watch("2", minutes_ago=90)
    world.watch("1", "3", "gone", minutes_ago=10)
    busy = node("m", "monitor_watchlist", conditions=[comparison("volume", ">", "10")])
    decision = run(drawn([busy, END], "m>e"), world)
    assert world.asked[1] == MarketsByIdRequest(market_ids=("2", "1", "3", "gone"))
    assert left(decision, "m", "out") == ["2", "1"]
    assert left(decision, "m", None) == ["gone", "3"]
    assert summary(decision, "m").items_in == 4


def test_monitor_watchlist_any_of_its_conditions() -> None:
    world = World([market("1")])
    world.watch("1")
    rules = [comparison("volume", "<", "1"), comparison("price", "<", "0.5")]
    decision = run(drawn([node("m", "monitor_watchlist", match="any", conditions=rules), END], "m>e"), world)
    assert left(decision, "m", "out") == ["1"]


def test_monitor_watchlist_of_an_empty_list_asks_nothing_more() -> None:
    world = World()
    assert summary(run(drawn([MONITOR, END], "m>e"), world), "m").items_out == {"out": 0}
    assert world.kinds_asked() == ["watchlist"]


def test_monitor_behind_stream_runs_when_something_was_found() -> None:
    graph = drawn([STREAM, MONITOR, END], "s>m", "m>e")
    assert [known.node_id for known in run(graph, World([market("1")])).nodes] == ["s", "m"]
    assert [known.node_id for known in run(graph, World()).nodes] == ["s"]
