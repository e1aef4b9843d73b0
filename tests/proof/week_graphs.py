"""Three strategies that between them leave positions in every way there is."""

from typing import Any

from domain.graph.graph import Graph
from domain.templates.drawing import Drawing, comparison

LISTED = 40
"""Markets that each execution looks at, highest volume first."""


def _middle() -> dict[str, Any]:
    """Prices that can go both ways."""
    return {"conditions": [comparison("price", ">", "0.15"), comparison("price", "<", "0.85")]}


def _buys(
    drawing: Drawing, source: str, name: str, row: int, config: dict[str, Any], outcome: str = "first"
) -> Drawing:
    """Of what is not held, one at a time; `name` is the node that buys."""
    held = {"outcome": outcome}
    return (
        drawing.node(f"{name}-held", "position_held", (2, row), held)
        .node(f"{name}-one", "sort_limit", (3, row), {"metric": "volume", "order": "highest", "limit": 1})
        .node(name, "execute_trade", (4, row), {"outcome": outcome, **config}, version=2)
        .edge(source, f"{name}-held")
        .edge(f"{name}-held", f"{name}-one", "false")
        .edge(f"{name}-one", name)
    )


def stops() -> Graph:
    """Stop loss and take profit; every order type that there is."""
    drawing = (
        Drawing()
        .node("stream", "stream_markets", (0, 0), {"limit": LISTED})
        .node("middle", "filter", (1, 0), _middle())
        .edge("stream", "middle")
    )
    both = {"stop_loss": "0.04", "take_profit": "0.05"}
    _buys(drawing, "middle", "buy", 0, {"amount": "12.5", "slippage_max": "0.1", **both})
    _buys(drawing, "middle", "kill", 1, {"amount_percent": "3", "time_in_force": "FOK", **both})
    limit = {"order_type": "limit", "time_in_force": "GTD", "expires_minutes": 45, "limit_price": "0.3"}
    return _buys(drawing, "middle", "rest", 2, {"amount": "20", **limit, **both}).graph()


def trails() -> Graph:
    """Trailing stop, breakeven, an exit after a time, and a node that sells half."""
    drawing = (
        Drawing()
        .node("stream", "stream_markets", (0, 0), {"limit": LISTED})
        .node("middle", "filter", (1, 0), _middle())
        .edge("stream", "middle")
    )
    _buys(drawing, "middle", "trail", 0, {"amount": "15", "trailing_stop": "0.05"})
    _buys(drawing, "middle", "even", 1, {"amount": "15", "breakeven": "0.02", "exit_after_minutes": 700})
    return (
        drawing.node("held", "position_held", (2, 3), {"change_min": "0.01"})
        .node("worst", "sort_limit", (3, 3), {"metric": "volume", "order": "lowest", "limit": 1})
        .node("half", "exit_position", (4, 3), {"part": "percent", "percent": "50"})
        .edge("middle", "held")
        .edge("held", "worst", "true")
        .edge("worst", "half")
        .graph()
    )


def ends() -> Graph:
    """What ends soon: the first outcome is sold before, the second held until its market has resolved."""
    drawing = (
        Drawing()
        .node("stream", "stream_markets", (0, 0), {"end_within_hours": "30", "limit": LISTED})
        .node("soon", "time_to_resolution", (1, 0), {"hours_min": "2", "hours_max": "30"})
        .edge("stream", "soon")
    )
    drawing.node("tradable", "filter", (2, 1), _middle()).edge("soon", "tradable", "true")
    _buys(drawing, "tradable", "before", 0, {"amount": "10", "exit_before_minutes": 60})
    return _buys(drawing, "tradable", "hold", 1, {"amount": "10"}, "second").graph()
