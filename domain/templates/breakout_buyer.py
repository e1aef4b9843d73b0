"""Breakout Buyer: buys when a price goes through a level and the book is good."""

from decimal import Decimal

from pydantic import Field

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.money import plain
from domain.templates.drawing import Drawing, comparison
from domain.templates.parameter import Dollars, SharePrice, Spread, Stake, Window
from domain.templates.template import REMEMBERS, Template


class BreakoutBuyerParameters(Config):
    level: SharePrice = Field(
        default=Decimal("0.50"), title="Level", description="The price that must be crossed from below."
    )
    window: Window = Field(
        default="4h", title="Within", description="How long ago the price may have been below the level."
    )
    volume_min: Dollars = Field(
        default=Decimal(50_000), title="Volume at least", description="All that was ever traded."
    )
    spread_max: Spread = Field(
        default=Decimal("0.03"), title="Spread at most", description="Best ask minus best bid, in the book."
    )
    depth_min: Dollars = Field(
        default=Decimal(200), title="Depth at least", description="Money in the asks near the best one."
    )
    amount: Stake = Field(default=Decimal(50), title="Amount", description="USDC for each market bought.")


def build(given: BreakoutBuyerParameters) -> Graph:
    crossing = {"level": plain(given.level), "window": given.window}
    book = {"spread_max": plain(given.spread_max), "depth_min": plain(given.depth_min), "depth_side": "asks"}
    trade = {"outcome": "first", "amount": plain(given.amount), "slippage_max": "0.03"}
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), {"volume_min": plain(given.volume_min)}, "Busy markets")
        .node("new", "filter", (1, 0), {"conditions": [comparison("on_watchlist", "=", "0")]}, "New?")
        .node("crossed", "price_cross", (2, 0), {**crossing, "direction": "above"}, "Breakout?")
        .node("book", "check_spread_depth", (3, 0), book, "Good book?")
        .node("remember", "add_to_watchlist", (4, 0))
        .node("buy", "execute_trade", (5, 0), trade, version=2)
        .node("bought", "end", (6, 0))
        .node("forget", "remove_from_watchlist", (6, 1), {"reason": "the order failed"})
        .node("watched", "monitor_watchlist", (1, 2))
        .node("fell", "price_cross", (2, 2), {**crossing, "direction": "below"}, "Fell back?")
        .node("release", "remove_from_watchlist", (3, 2), {"reason": "the price fell back below the level"})
        .edge("stream", "new")
        .edge("new", "crossed")
        .edge("crossed", "book", "true")
        .edge("book", "remember", "true")
        .edge("remember", "buy")
        .edge("buy", "bought", "filled")
        .edge("buy", "forget", "failed")
        .edge("watched", "fell")
        .edge("fell", "release", "true")
        .graph()
    )


BREAKOUT_BUYER = Template(
    id="breakout-buyer",
    title="Breakout Buyer",
    description="Buys the first outcome when its price has just crossed a level from below and the order book is narrow and "
    "deep enough. A market is bought once, and again only after its price fell back below the level.",
    risk_note="Many breakouts fail: the price goes back below the level and the position is under water at once.",
    parameters=BreakoutBuyerParameters,
    interval_minutes=10,
    build=build,
    watchlist=REMEMBERS,
)
