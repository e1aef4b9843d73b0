"""Whale Follower: buys where large trades went one way."""

from decimal import Decimal
from typing import Any

from pydantic import Field

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.money import plain
from domain.templates.drawing import Drawing, comparison
from domain.templates.parameter import Dollars, Stake, Tag, WhaleSize, Window
from domain.templates.template import REMEMBERS, Template

PRICE_LEAST = "0.10"
PRICE_MOST = "0.85"
MARKETS_MOST = 60


class WhaleFollowerParameters(Config):
    category: Tag | None = Field(
        default=None, title="Category", description="Category or tag of the markets; left out: all."
    )
    volume_min: Dollars = Field(
        default=Decimal(100_000), title="Volume at least", description="All that was ever traded."
    )
    window: Window = Field(default="1h", title="Within", description="How far back large trades count.")
    trade_min: WhaleSize = Field(
        default=Decimal(2_000), title="Large is from", description="A trade of this size or more is large."
    )
    net_min: WhaleSize = Field(
        default=Decimal(10_000),
        title="Net buying at least",
        description="Large buys minus large sells before the strategy follows.",
    )
    amount: Stake = Field(default=Decimal(50), title="Amount", description="USDC for each market bought.")


def build(given: WhaleFollowerParameters) -> Graph:
    search: dict[str, Any] = {"volume_min": plain(given.volume_min), "limit": MARKETS_MOST}
    if given.category is not None:
        search["tag"] = given.category
    fresh = [
        comparison("on_watchlist", "=", "0"),
        comparison("price", ">=", PRICE_LEAST),
        comparison("price", "<=", PRICE_MOST),
    ]
    whales = {
        "window": given.window,
        "trade_min": plain(given.trade_min),
        "trades_net_min": plain(given.net_min),
        "markets_max": MARKETS_MOST,
    }
    trade = {"outcome": "first", "amount": plain(given.amount), "slippage_max": "0.03"}
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), search, "Busy markets")
        .node("new", "filter", (1, 0), {"conditions": fresh}, "New and fairly priced?")
        .node("whales", "whale_activity", (2, 0), whales, "Whales buying?")
        .node("remember", "add_to_watchlist", (3, 0))
        .node("buy", "execute_trade", (4, 0), trade, version=2)
        .node("bought", "end", (5, 0))
        .node("forget", "remove_from_watchlist", (5, 1), {"reason": "the order failed"})
        .node("watched", "monitor_watchlist", (1, 2))
        .node("turned", "whale_activity", (2, 2), whales, "Whales selling?")
        .node("release", "remove_from_watchlist", (3, 2), {"reason": "whales are selling"})
        .edge("stream", "new")
        .edge("new", "whales")
        .edge("whales", "remember", "buying")
        .edge("remember", "buy")
        .edge("buy", "bought", "filled")
        .edge("buy", "forget", "failed")
        .edge("watched", "turned")
        .edge("turned", "release", "selling")
        .graph()
    )


WHALE_FOLLOWER = Template(
    id="whale-follower",
    title="Whale Follower",
    description="Buys the first outcome where large trades add up to strong buying. The watchlist remembers what was followed, "
    "so that each move is followed once; when whales sell again, the market may be followed anew.",
    risk_note="Large traders are not always right, and their trades may be one leg of something else. "
    "You buy after them, at the price they left.",
    parameters=WhaleFollowerParameters,
    interval_minutes=10,
    build=build,
    watchlist=REMEMBERS,
)
