from datetime import timedelta
from decimal import Decimal

import pytest

from domain.market.query import MarketQuery
from domain.strategy.decision import OrderIntent
from domain.strategy.requests import MarketsRequest, PriceHistoriesRequest
from tests.unit.graph.world import NOW, World, comparison, drawn, left, market, node, outcome, run, summary

STREAM = node("s", "stream_markets")
MONITOR = node("m", "monitor_watchlist")
ADD = node("a", "add_to_watchlist")
REMOVE = node("r", "remove_from_watchlist")
END = node("e", "end")
TRADE = node("t", "execute_trade", amount="100")
HOUR = timedelta(hours=1)


def test_stream_markets_asks_what_it_is_set_to() -> None:
    stream = node(
        "s",
        "stream_markets",
        tag=" US Politics ",
        text="  next   president ",
        volume_min="100000",
        liquidity_min=500,
        end_after_hours="1.5",
        end_within_hours="48",
        limit=3,
    )
    world = World([market(str(number)) for number in range(5)])
    decision = run(drawn([stream, END], "s>e"), world)
    (request,) = world.asked
    assert isinstance(request, MarketsRequest)
    assert request.query == MarketQuery(
        tag="us-politics",
        text="next president",
        volume_min=Decimal(100_000),
        liquidity_min=Decimal(500),
        end_after_hours=Decimal("1.5"),
        end_within_hours=Decimal(48),
        limit=3,
    )
    assert left(decision, "s", "out") == ["0", "1", "2"]
    assert summary(decision, "s").rule == (
        'up to 3 markets: in us-politics, about "next president", volume at least 100,000, liquidity at least 500, '
        "ending after 1.5 hours and ending within 48 hours"
    )


def test_stream_markets_gives_each_market_once() -> None:
    world = World([market("1"), market("2"), market("1")])
    assert summary(run(drawn([STREAM, END], "s>e"), world), "e").items_in == 2


def test_stream_markets_behind_start_runs_when_reached() -> None:
    decision = run(drawn([node("b", "start"), STREAM, END], "b>s", "s>e"), World([market("1")]))
    assert [known.node_id for known in decision.nodes] == ["b", "s", "e"]


def test_filter_passes_only_what_is_known_to_hold() -> None:
    rules = [comparison("volume", ">", "100000"), comparison("hours_to_end", "<", "100")]
    world = World(
        [
            market("1"),
            market("2", volume=Decimal(83_112)),
            market("3", end_at=None),
            market("4", volume=Decimal(100_001)),
        ]
    )
    decision = run(drawn([STREAM, node("f", "filter", conditions=rules), END], "s>f", "f>e"), world)
    assert left(decision, "f", "out") == ["1", "4"]
    assert {verdict.market_id: verdict.sentence for verdict in summary(decision, "f").verdicts} == {
        "1": "volume 600,000 is above 100,000 and hours to end 48 is below 100",
        "2": "volume 83,112 is below 100,000",
        "3": "hours to end is not known: the market has no end date",
        "4": "volume 100,001 is above 100,000 and hours to end 48 is below 100",
    }
    assert world.kinds_asked() == ["markets"]


def test_condition_sends_unknown_neither_way() -> None:
    world = World([market("1"), market("2"), market("3")])
    world.histories = {"1-yes": [(HOUR, "0.40")], "2-yes": [(HOUR, "0.42")]}
    choose = node("c", "condition", conditions=[comparison("momentum_1h", ">=", "0.05")])
    decision = run(drawn([STREAM, choose, ADD, REMOVE], "s>c", "c.true>a", "c.false>r"), world)
    assert left(decision, "c", "true") == ["1"]
    assert left(decision, "c", "false") == ["2"]
    assert left(decision, "c", None) == ["3"]
    told = summary(decision, "c").verdicts[2].sentence
    assert told == "1h momentum is not known: there is no price from 1h ago"
    assert summary(decision, "c").items_out == {"true": 1, "false": 1}


def test_histories_are_asked_once_and_only_for_undecided_items() -> None:
    world = World([market("1"), market("2", volume=Decimal(5)), market("3")])
    rules = [
        comparison("momentum_1h", ">", "0"),
        comparison("momentum_24h", ">", "0"),
        comparison("volume", ">", "10"),
    ]
    run(drawn([STREAM, node("f", "filter", conditions=rules), END], "s>f", "f>e"), world)
    requests = [request for request in world.asked if isinstance(request, PriceHistoriesRequest)]
    assert [request.token_ids for request in requests] == [("1-yes", "3-yes")]
    assert requests[0].lookback == timedelta(hours=48)


def test_histories_known_already_are_not_asked_again() -> None:
    world = World([market("1"), market("2")])
    world.histories = {"1-yes": [(HOUR, "0.40")]}
    rising = node(
        "f", "filter", conditions=[comparison("momentum_4h", "!=", "9"), comparison("price", "<", "1")]
    )
    either = {"any": [comparison("momentum_1h", ">", "0"), comparison("momentum_4h", ">", "0")]}
    run(drawn([STREAM, rising, node("g", "filter", conditions=[either]), END], "s>f", "s>g", "f>e"), world)
    assert world.kinds_asked() == ["markets", "price_histories"]


def test_execute_trade_makes_one_intent_per_market_and_waits_for_connected_ports() -> None:
    trade = node("t", "execute_trade", amount="12.50", outcome="no", slippage_max="0.02")
    graph = drawn([STREAM, trade, REMOVE, END], "s>t", "t.filled>r", "t.failed>e")
    decision = run(graph, World([market("1"), market("2")]))
    assert decision.intents[0] == OrderIntent(
        node_id="t",
        market_id="1",
        condition_id="0x1",
        question="Will 1 happen?",
        token_id="1-no",
        outcome="No",
        amount=Decimal("12.50"),
        slippage_max=Decimal("0.02"),
        reason="found: volume 600,000, price 0.42, liquidity 9,000",
    )
    told = [(known.port, known.intent_index, known.items[0].market_id) for known in decision.deferrals]
    assert told == [("filled", 0, "1"), ("failed", 0, "1"), ("filled", 1, "2"), ("failed", 1, "2")]
    shown = summary(decision, "t")
    assert (shown.items_pending, shown.items_out) == (2, {"placed": 0, "filled": 0, "failed": 0})
    assert shown.verdicts[0].pending
    assert shown.verdicts[0].sentence == (
        "order to buy no for 12.5 USDC by market order, paying at most 2% above the best ask"
    )
    assert [known.node_id for known in decision.nodes] == ["s", "t"]


def test_intents_of_two_nodes_are_counted_together() -> None:
    again = node("u", "execute_trade", amount="5")
    decision = run(drawn([STREAM, TRADE, again, END], "s>t", "s>u", "u.placed>e"), World([market("1")]))
    assert [intent.node_id for intent in decision.intents] == ["t", "u"]
    assert [known.intent_index for known in decision.deferrals] == [1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"outcomes": (outcome("Up", "u", "0.5"), outcome("Down", "d", "0.5"))}, 'only "Up" or "Down"'),
        ({"outcomes": ()}, "only none"),
        ({"closed": True}, "the market is closed"),
        ({"accepting_orders": False}, "does not take orders now"),
        ({"enable_order_book": False}, "does not take orders now"),
    ],
)
def test_market_that_cannot_be_traded_stops_with_a_sentence(changes: dict[str, object], said: str) -> None:
    world = World([market("1", **changes), market("2")])
    decision = run(drawn([STREAM, TRADE, END], "s>t", "t.filled>e"), world)
    assert [intent.market_id for intent in decision.intents] == ["2"]
    shown = summary(decision, "t").verdicts
    assert [verdict.market_id for verdict in shown] == ["2", "1"]
    assert said in shown[1].sentence
    assert not shown[1].pending


def test_wait_defers_all_items_at_once() -> None:
    wait = node("w", "wait", days=1, hours=2, minutes=3)
    decision = run(drawn([STREAM, wait, END], "s>w", "w>e"), World([market("1"), market("2")]))
    (deferral,) = decision.deferrals
    assert deferral.due_at == NOW + timedelta(days=1, hours=2, minutes=3)
    assert [item.market_id for item in deferral.items] == ["1", "2"]
    assert (deferral.port, deferral.intent_index) == ("out", None)
    assert summary(decision, "w").rule == "wait 1 day, 2 hours and 3 minutes"
    assert summary(decision, "w").verdicts[0].sentence == "waits until 2026-11-23 14:03 UTC"


def test_wait_may_carry_control() -> None:
    graph = drawn([node("b", "start"), node("w", "wait", minutes=5), STREAM, END], "b>w", "w>s", "s>e")
    decision = run(graph, World([market("1")]))
    assert decision.deferrals[0].items == ()
    assert [known.node_id for known in decision.nodes] == ["b", "w"]


def test_wait_with_nothing_behind_it_waits_for_nothing() -> None:
    decision = run(drawn([STREAM, node("w", "wait", minutes=5)], "s>w"), World([market("1")]))
    assert decision.deferrals == ()
    assert summary(decision, "w").verdicts[0].sentence == "nothing is connected behind"


def test_end_counts_what_reached_it() -> None:
    decision = run(drawn([STREAM, END], "s>e"), World([market("1"), market("2")]))
    assert (summary(decision, "e").items_in, summary(decision, "e").items_out) == (2, {})
