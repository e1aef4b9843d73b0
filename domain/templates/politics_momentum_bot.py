"""Politics Momentum Bot: watches busy markets of a category and buys those whose price climbs."""

from decimal import Decimal

from pydantic import Field

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.money import plain
from domain.templates.drawing import Drawing, comparison
from domain.templates.parameter import Dollars, Minutes, Ratio, Stake, Tag, Window
from domain.templates.template import Template


class PoliticsMomentumParameters(Config):
    category: Tag = Field(default="politics", title="Category", description="Category or tag of the markets.")
    volume_min: Dollars = Field(
        default=Decimal(100_000), title="Volume above", description="Only markets with more traded volume."
    )
    momentum_min: Ratio = Field(
        default=Decimal("0.05"),
        title="Momentum above",
        description="Relative price change that counts as strong: 0.05 is five per cent.",
    )
    momentum_window: Window = Field(
        default="1h", title="Momentum over", description="The time over which the change is measured."
    )
    watch_minutes: Minutes = Field(
        default=10,
        title="Watch for at least",
        description="Minutes on the watchlist before buying, and so also before buying the same market again.",
    )
    amount: Stake = Field(default=Decimal(100), title="Amount", description="USDC for each market bought.")


def build(given: PoliticsMomentumParameters) -> Graph:
    volume = plain(given.volume_min)
    conditions = [
        comparison("volume", ">", volume),
        comparison(f"momentum_{given.momentum_window}", ">", plain(given.momentum_min)),
    ]
    if given.watch_minutes:
        conditions.append(comparison("minutes_on_watchlist", ">=", str(given.watch_minutes)))
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), {"tag": given.category, "volume_min": volume})
        .node("busy", "filter", (1, 0), {"conditions": [comparison("volume", ">", volume)]})
        .node("watch", "add_to_watchlist", (2, 0))
        .node("watched", "end", (3, 0))
        .node("start", "start", (0, 1))
        .node("monitor", "monitor_watchlist", (1, 1))
        .node("strong", "condition", (2, 1), {"conditions": conditions}, "Strong momentum?")
        .node("buy", "execute_trade", (3, 1), {"outcome": "Yes", "amount": plain(given.amount)})
        .node("unwatch", "remove_from_watchlist", (4, 1), {"reason": "bought"})
        .node("done", "end", (5, 1))
        .edge("stream", "busy")
        .edge("busy", "watch")
        .edge("watch", "watched")
        .edge("start", "monitor")
        .edge("monitor", "strong")
        .edge("strong", "buy", "true")
        .edge("buy", "unwatch", "filled")
        .edge("unwatch", "done")
        .graph()
    )


POLITICS_MOMENTUM_BOT = Template(
    id="politics-momentum-bot",
    title="Politics Momentum Bot",
    description="Puts busy politics markets on the watchlist and buys Yes when the price climbs fast. "
    "A market that was bought leaves the watchlist.",
    risk_note="Fast moves often turn back. A market comes back on the watchlist while it stays busy, and can be bought "
    "again once it was watched long enough and still climbs.",
    parameters=PoliticsMomentumParameters,
    interval_minutes=5,
    build=build,
)
