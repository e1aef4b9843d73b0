"""Watch and Wait: looks at new markets a second time before it buys."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.money import plain
from domain.templates.drawing import Drawing, comparison
from domain.templates.parameter import Dollars, SharePrice, Stake, Tag, Window
from domain.templates.template import REMEMBERS, Template

MARKETS_MOST = 50
Wait = Annotated[int, Field(ge=1, le=10_080, strict=True)]


class WatchAndWaitParameters(Config):
    category: Tag = Field(default="politics", title="Category", description="Category or tag of the markets.")
    volume_min: Dollars = Field(
        default=Decimal(100_000), title="Volume at least", description="All that was ever traded."
    )
    wait_minutes: Wait = Field(
        default=60,
        title="Wait",
        description="Minutes between the first and the second look.",
        json_schema_extra={"x-unit": "minutes"},
    )
    momentum_window: Window = Field(
        default="1h", title="Rising over", description="The price must have risen over this time."
    )
    price_max: SharePrice = Field(
        default=Decimal("0.85"), title="Price at most", description="Dearer markets are not bought."
    )
    amount: Stake = Field(default=Decimal(50), title="Amount", description="USDC for each market bought.")


def build(given: WatchAndWaitParameters) -> Graph:
    search = {"tag": given.category, "volume_min": plain(given.volume_min), "limit": MARKETS_MOST}
    rising = [
        comparison("price", "<=", plain(given.price_max)),
        comparison(f"momentum_{given.momentum_window}", ">", "0"),
    ]
    trade = {"outcome": "Yes", "amount": plain(given.amount), "slippage_max": "0.03"}
    return (
        Drawing()
        .node("start", "start", (0, 0))
        .node("stream", "stream_markets", (1, 0), search)
        .node("new", "filter", (2, 0), {"conditions": [comparison("on_watchlist", "=", "0")]}, "New?")
        .node("watch", "add_to_watchlist", (3, 0))
        .node("wait", "wait", (4, 0), {"minutes": given.wait_minutes})
        .node("rising", "condition", (5, 0), {"conditions": rising}, "Still rising?")
        .node("buy", "execute_trade", (6, 0), trade)
        .node("bought", "end", (7, 0))
        .node("unwatch", "remove_from_watchlist", (7, 1))
        .edge("start", "stream")
        .edge("stream", "new")
        .edge("new", "watch")
        .edge("watch", "wait")
        .edge("wait", "rising")
        .edge("rising", "buy", "true")
        .edge("rising", "unwatch", "false")
        .edge("buy", "bought", "filled")
        .edge("buy", "unwatch", "failed")
        .graph()
    )


WATCH_AND_WAIT = Template(
    id="watch-and-wait",
    title="Watch and Wait",
    description="Puts new markets on the watchlist, waits, and buys Yes if the price has risen by then. What was not bought is "
    "removed from the watchlist and looked at again; what was bought stays on it and is not bought twice.",
    risk_note="The price at the second look is worse than at the first whenever the strategy buys.",
    parameters=WatchAndWaitParameters,
    interval_minutes=15,
    build=build,
    watchlist=REMEMBERS,
)
