"""Spike Fader: buys the other outcome after a sharp rise."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.money import plain
from domain.templates.drawing import Drawing, comparison
from domain.templates.parameter import Dollars, Ratio, Stake, Window
from domain.templates.template import REMEMBERS, Template

PRICE_LEAST = "0.15"
PRICE_MOST = "0.85"
HOURS_LEFT_LEAST = "24"
PauseHours = Annotated[int, Field(ge=1, le=168, strict=True)]


class SpikeFaderParameters(Config):
    rise_min: Ratio = Field(
        default=Decimal("0.10"), title="Rise of at least", description="Relative rise: 0.10 is ten per cent."
    )
    window: Window = Field(
        default="4h", title="Within", description="The time over which the rise is measured."
    )
    volume_min: Dollars = Field(
        default=Decimal(50_000), title="Volume at least", description="All that was ever traded."
    )
    pause_hours: PauseHours = Field(
        default=24,
        title="Pause",
        description="So long a market that was faded is left alone.",
        json_schema_extra={"x-unit": "hours"},
    )
    amount: Stake = Field(default=Decimal(25), title="Amount", description="USDC for each market bought.")


def build(given: SpikeFaderParameters) -> Graph:
    fresh = [
        comparison("on_watchlist", "=", "0"),
        comparison("price", ">=", PRICE_LEAST),
        comparison("price", "<=", PRICE_MOST),
    ]
    trade = {"outcome": "second", "amount": plain(given.amount), "slippage_max": "0.03"}
    full = {
        "window": given.window,
        "full_change": plain(given.rise_min),
        "score_min": "1",
    }
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), {"volume_min": plain(given.volume_min)}, "Busy markets")
        .node("new", "filter", (1, 0), {"conditions": fresh}, "New, not decided?")
        .node("time", "time_to_resolution", (2, 0), {"hours_min": HOURS_LEFT_LEAST}, "Time left?")
        .node("spike", "check_momentum", (3, 0), full, "Spike?")
        .node("remember", "add_to_watchlist", (4, 0))
        .node("buy", "execute_trade", (5, 0), trade, version=2)
        .node("bought", "end", (6, 0))
        .node("pause", "wait", (5, 1), {"hours": given.pause_hours})
        .node("forget", "remove_from_watchlist", (6, 1), {"reason": "the pause is over"})
        .edge("stream", "new")
        .edge("new", "time")
        .edge("time", "spike", "true")
        .edge("spike", "remember")
        .edge("remember", "buy")
        .edge("buy", "bought", "filled")
        .edge("remember", "pause")
        .edge("pause", "forget")
        .graph()
    )


SPIKE_FADER = Template(
    id="spike-fader",
    title="Spike Fader",
    description="Buys the second outcome (usually No) after the first one rose sharply, in markets that do not end soon. "
    "A market that was faded is left alone for a while.",
    risk_note="Sharp rises often have a reason; against real news this loses the whole stake.",
    parameters=SpikeFaderParameters,
    interval_minutes=15,
    build=build,
    watchlist=REMEMBERS,
)
