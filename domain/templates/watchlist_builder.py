"""Watchlist Builder: keeps a tidy watchlist and never trades."""

from decimal import Decimal
from typing import Any

from pydantic import Field

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.money import plain
from domain.templates.drawing import Drawing, comparison
from domain.templates.parameter import Dollars, Hours, Tag, Text
from domain.templates.template import Template


class WatchlistBuilderParameters(Config):
    category: Tag | None = Field(
        default=None, title="Category", description="Category or tag of the markets; left out: all."
    )
    text: Text | None = Field(
        default=None, title="Words", description="Words that must occur in the question or the event's title."
    )
    volume_min: Dollars = Field(
        default=Decimal(250_000), title="Volume at least", description="All that was ever traded."
    )
    liquidity_min: Dollars = Field(
        default=Decimal(10_000), title="Liquidity at least", description="Money resting in the order book."
    )
    hours_to_end: Hours = Field(
        default=Decimal(24),
        title="Until before the end",
        description="Markets leave the watchlist this many hours before they end.",
    )


def build(given: WatchlistBuilderParameters) -> Graph:
    hours = plain(given.hours_to_end)
    search: dict[str, Any] = {
        "volume_min": plain(given.volume_min),
        "liquidity_min": plain(given.liquidity_min),
        "end_after_hours": hours,
    }
    if given.category is not None:
        search["tag"] = given.category
    if given.text is not None:
        search["text"] = given.text
    ending = [comparison("hours_to_end", "<=", hours)]
    return (
        Drawing()
        .node("start", "start", (0, 0))
        .node("stream", "stream_markets", (1, 0), search)
        .node("watch", "add_to_watchlist", (2, 0))
        .node("watched", "end", (3, 0))
        .node("ending", "monitor_watchlist", (1, 1), {"conditions": ending}, "Ending soon")
        .node("unwatch", "remove_from_watchlist", (2, 1), {"reason": "ends soon"})
        .node("tidy", "end", (3, 1))
        .edge("start", "stream")
        .edge("stream", "watch")
        .edge("watch", "watched")
        .edge("start", "ending")
        .edge("ending", "unwatch")
        .edge("unwatch", "tidy")
        .graph()
    )


WATCHLIST_BUILDER = Template(
    id="watchlist-builder",
    title="Watchlist Builder",
    description="Collects busy, liquid markets on the watchlist and removes them before they end. Never trades.",
    risk_note="No money is used.",
    parameters=WatchlistBuilderParameters,
    interval_minutes=15,
    build=build,
)
