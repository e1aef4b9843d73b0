"""Closing Soon Favourites: buys likely outcomes shortly before their markets end."""

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.money import plain
from domain.templates.drawing import Drawing, comparison
from domain.templates.parameter import Dollars, Hours, SharePrice, Stake
from domain.templates.template import REMEMBERS, Template


class ClosingSoonParameters(Config):
    hours_to_end: Hours = Field(
        default=Decimal(48), title="Ends within", description="Only markets that end within this many hours."
    )
    price_min: SharePrice = Field(
        default=Decimal("0.80"), title="Price from", description="Lowest price that counts as a favourite."
    )
    price_max: SharePrice = Field(
        default=Decimal("0.95"), title="Price to", description="Above it there is too little left to win."
    )
    liquidity_min: Dollars = Field(
        default=Decimal(1_000), title="Liquidity at least", description="Money resting in the order book."
    )
    amount: Stake = Field(default=Decimal(25), title="Amount", description="USDC for each market bought.")

    @model_validator(mode="after")
    def band_is_open(self) -> Self:
        if self.price_min >= self.price_max:
            raise PydanticCustomError("price_band", "price from must be less than price to")
        return self


def build(given: ClosingSoonParameters) -> Graph:
    search = {"end_within_hours": plain(given.hours_to_end), "liquidity_min": plain(given.liquidity_min)}
    favourite = [
        comparison("price", ">=", plain(given.price_min)),
        comparison("price", "<=", plain(given.price_max)),
        comparison("hours_to_end", ">", "0"),
        comparison("on_watchlist", "=", "0"),
    ]
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), search, "Ending soon")
        .node("favourite", "filter", (1, 0), {"conditions": favourite}, "New favourite?")
        .node("remember", "add_to_watchlist", (2, 0), {"reason": "bought as a favourite"})
        .node("buy", "execute_trade", (3, 0), {"amount": plain(given.amount), "slippage_max": "0.02"})
        .node("bought", "end", (4, 0))
        .node("forget", "remove_from_watchlist", (4, 1), {"reason": "the order failed"})
        .edge("stream", "favourite")
        .edge("favourite", "remember")
        .edge("remember", "buy")
        .edge("buy", "bought", "filled")
        .edge("buy", "forget", "failed")
        .graph()
    )


CLOSING_SOON_FAVOURITES = Template(
    id="closing-soon-favourites",
    title="Closing Soon Favourites",
    description="Buys Yes in markets that end soon and are priced as likely. The watchlist remembers what was bought, "
    "so that each market is bought once; a failed order is forgotten and may be tried again.",
    risk_note="Wins little most times and loses the whole stake when a favourite fails. "
    "Removing a market from the watchlist by hand lets it be bought again.",
    parameters=ClosingSoonParameters,
    interval_minutes=15,
    build=build,
    watchlist=REMEMBERS,
)
