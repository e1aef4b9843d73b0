"""Dip Buyer: buys liquid markets after a sharp fall."""

from decimal import Decimal

from pydantic import Field

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.money import plain
from domain.templates.drawing import Drawing, comparison
from domain.templates.parameter import Dollars, Ratio, Stake, Window
from domain.templates.template import REMEMBERS, Template

PRICE_LEAST = "0.10"
PRICE_MOST = "0.90"
SPREAD_MOST = "0.03"


class DipBuyerParameters(Config):
    drop_min: Ratio = Field(
        default=Decimal("0.10"), title="Fall of more than", description="Relative fall: 0.10 is ten per cent."
    )
    momentum_window: Window = Field(
        default="24h", title="Within", description="The time over which the fall is measured."
    )
    volume_min: Dollars = Field(
        default=Decimal(50_000), title="Volume at least", description="All that was ever traded."
    )
    liquidity_min: Dollars = Field(
        default=Decimal(5_000), title="Liquidity at least", description="Money resting in the order book."
    )
    amount: Stake = Field(default=Decimal(50), title="Amount", description="USDC for each market bought.")


def build(given: DipBuyerParameters) -> Graph:
    search = {"volume_min": plain(given.volume_min), "liquidity_min": plain(given.liquidity_min)}
    dip = [
        comparison("on_watchlist", "=", "0"),
        comparison("price", ">=", PRICE_LEAST),
        comparison("price", "<=", PRICE_MOST),
        comparison("spread", "<=", SPREAD_MOST),
        comparison(f"momentum_{given.momentum_window}", "<", plain(-given.drop_min)),
    ]
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), search, "Liquid markets")
        .node("dip", "filter", (1, 0), {"conditions": dip}, "New dip?")
        .node("remember", "add_to_watchlist", (2, 0))
        .node("buy", "execute_trade", (3, 0), {"amount": plain(given.amount), "slippage_max": "0.03"})
        .node("bought", "end", (4, 0))
        .node("forget", "remove_from_watchlist", (4, 1), {"reason": "the order failed"})
        .node("monitor", "monitor_watchlist", (1, 2), {"conditions": [recovered(given)]}, "Recovered")
        .node("release", "remove_from_watchlist", (2, 2), {"reason": "the dip is over"})
        .edge("stream", "dip")
        .edge("dip", "remember")
        .edge("remember", "buy")
        .edge("buy", "bought", "filled")
        .edge("buy", "forget", "failed")
        .edge("monitor", "release")
        .graph()
    )


def recovered(given: DipBuyerParameters) -> dict[str, str]:
    """A market may be bought again only after its fall has left the window."""
    return comparison(f"momentum_{given.momentum_window}", ">=", "0")


DIP_BUYER = Template(
    id="dip-buyer",
    title="Dip Buyer",
    description="Buys Yes in liquid markets after a sharp fall. The watchlist remembers a dip until the price has recovered, "
    "so that one dip is bought once; only then the market is removed from it.",
    risk_note="A price often falls for a reason, and a market that resolves No pays nothing.",
    parameters=DipBuyerParameters,
    interval_minutes=15,
    build=build,
    watchlist=REMEMBERS,
)
