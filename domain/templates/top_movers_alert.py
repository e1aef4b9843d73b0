"""Top Movers Alert: tells which markets moved most, and never trades."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.money import plain
from domain.templates.drawing import Drawing, comparison
from domain.templates.parameter import Dollars, Ratio, Tag, Window
from domain.templates.template import Template

Count = Annotated[int, Field(ge=1, le=50, strict=True)]
QuietHours = Annotated[int, Field(ge=1, le=168, strict=True)]


class TopMoversParameters(Config):
    category: Tag | None = Field(
        default=None, title="Category", description="Category or tag of the markets; left out: all."
    )
    volume_min: Dollars = Field(
        default=Decimal(100_000), title="Volume at least", description="All that was ever traded."
    )
    window: Window = Field(default="4h", title="Over", description="The time over which moves are measured.")
    change_min: Ratio = Field(
        default=Decimal("0.05"), title="Rise of at least", description="Relative rise: 0.05 is five per cent."
    )
    count: Count = Field(
        default=5,
        title="At most",
        description="How many markets are told at once, the strongest first.",
        json_schema_extra={"x-unit": "markets"},
    )
    quiet_hours: QuietHours = Field(
        default=12,
        title="Quiet for",
        description="So long a market that was told is not told again.",
        json_schema_extra={"x-unit": "hours"},
    )


def build(given: TopMoversParameters) -> Graph:
    search: dict[str, Any] = {"volume_min": plain(given.volume_min)}
    if given.category is not None:
        search["tag"] = given.category
    moved = [comparison("momentum_change", ">=", plain(given.change_min))]
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), search, "Busy markets")
        .node(
            "new", "filter", (1, 0), {"conditions": [comparison("on_watchlist", "=", "0")]}, "Not told yet?"
        )
        .node("momentum", "check_momentum", (2, 0), {"window": given.window})
        .node("moved", "filter", (3, 0), {"conditions": moved}, "Moved enough?")
        .node("top", "sort_limit", (4, 0), {"metric": "momentum_change", "limit": given.count})
        .node("tell", "notify", (5, 0), {"message": MESSAGE, "limit": given.count})
        .node("remember", "add_to_watchlist", (6, 0), {"reason": "told as a top mover"})
        .node("watched", "monitor_watchlist", (1, 1))
        .node("long", "time_on_watchlist", (2, 1), {"minutes_min": given.quiet_hours * 60}, "Told long ago?")
        .node("forget", "remove_from_watchlist", (3, 1), {"reason": "may be told again"})
        .edge("stream", "new")
        .edge("new", "momentum")
        .edge("momentum", "moved")
        .edge("moved", "top")
        .edge("top", "tell")
        .edge("tell", "remember")
        .edge("watched", "long")
        .edge("long", "forget", "true")
        .graph()
    )


MESSAGE = "{question} moved by {momentum_change} to {price}, volume {volume}"

TOP_MOVERS_ALERT = Template(
    id="top-movers-alert",
    title="Top Movers Alert",
    description="Writes a notice on the timeline for the markets whose price rose most, the strongest first. "
    "The watchlist remembers what was told, so that a market is told once within the quiet time. Never trades.",
    risk_note="No money is used.",
    parameters=TopMoversParameters,
    interval_minutes=15,
    build=build,
)
