"""The example workflows of the requirements, each drawn from the text that its function quotes."""

from domain.graph.graph import Graph
from domain.templates.drawing import Drawing, comparison


def watchlist_builder() -> Graph:
    """Requirements, section 4:

    Stream Markets → Filter (volume > 100k) → Add to Watchlist → End
    """
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0))
        .node("filter", "filter", (1, 0), {"conditions": [comparison("volume", ">", "100000")]})
        .node("add", "add_to_watchlist", (2, 0))
        .node("end", "end", (3, 0))
        .edge("stream", "filter")
        .edge("filter", "add")
        .edge("add", "end")
        .graph()
    )


def watchlist_to_trade() -> Graph:
    """Requirements, section 5:

    Start ↓ Monitor Watchlist ↓ Filter (momentum > 0.05) ← Only markets with 5%+ momentum ↓ Condition (if volume > 500k
    AND momentum > 0.05) ↓ TRUE Execute Trade (outcome: Yes, amount: $100, type: market) ↓ Remove from Watchlist ↓ End

    with "price increased by 5% in last hour" as its momentum.
    """
    rising = comparison("momentum_1h", ">", "0.05")
    both = {"match": "all", "conditions": [comparison("volume", ">", "500000"), rising]}
    return (
        Drawing()
        .node("start", "start", (0, 0))
        .node("monitor", "monitor_watchlist", (0, 1))
        .node("filter", "filter", (0, 2), {"conditions": [rising]})
        .node("condition", "condition", (0, 3), both)
        .node("buy", "execute_trade", (0, 4), {"outcome": "Yes", "amount": "100", "order_type": "market"})
        .node("remove", "remove_from_watchlist", (0, 5))
        .node("end", "end", (0, 6))
        .edge("start", "monitor")
        .edge("monitor", "filter")
        .edge("filter", "condition")
        .edge("condition", "buy", "true")
        .edge("buy", "remove", "filled")
        .edge("remove", "end")
        .graph()
    )


FLOW_1_INTERVAL_SECONDS = 300
"""Every 5 minutes."""


def politics_momentum_bot() -> Graph:
    """Requirements, flow 1:

    "Build a bot that monitors Politics markets with volume > $100k"
    "Add them to a watchlist"
    "Check watchlist every 5 minutes for momentum > 5%"
    "If momentum is strong, buy Yes for $100"

    Yes is bought once: where it is held already, momentum that stays strong buys no more.
    """
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), {"tag": "politics"})
        .node("busy", "filter", (1, 0), {"conditions": [comparison("volume", ">", "100000")]})
        .node("add", "add_to_watchlist", (2, 0))
        .node("start", "start", (0, 1))
        .node("check", "monitor_watchlist", (1, 1))
        .node("strong", "condition", (2, 1), {"conditions": [comparison("momentum_1h", ">", "0.05")]})
        .node("held", "position_held", (3, 1), {"outcome": "Yes"})
        .node("buy", "execute_trade", (4, 1), {"outcome": "Yes", "amount": "100"})
        .edge("stream", "busy")
        .edge("busy", "add")
        .edge("start", "check")
        .edge("check", "strong")
        .edge("strong", "held", "true")
        .edge("held", "buy", "false")
        .graph()
    )


WAIT_HOURS = 2


def waits_before_it_trades() -> Graph:
    """Requirements, section 10, between the steps of section 5's example:

    Wait Node, Config: Duration (minutes, hours, days), Output: None (pauses execution)

    Only what still has momentum when the wait is over is bought, and leaves the watchlist after the trade.
    """
    strong = {"conditions": [comparison("momentum_1h", ">", "0.05")]}
    return (
        Drawing()
        .node("start", "start", (0, 0))
        .node("monitor", "monitor_watchlist", (1, 0))
        .node("filter", "filter", (2, 0), strong)
        .node("wait", "wait", (3, 0), {"hours": WAIT_HOURS})
        .node("still", "condition", (4, 0), strong)
        .node("buy", "execute_trade", (5, 0), {"outcome": "Yes", "amount": "100"})
        .node("remove", "remove_from_watchlist", (6, 0))
        .node("end", "end", (7, 0))
        .edge("start", "monitor")
        .edge("monitor", "filter")
        .edge("filter", "wait")
        .edge("wait", "still")
        .edge("still", "buy", "true")
        .edge("buy", "remove", "filled")
        .edge("remove", "end")
        .graph()
    )
