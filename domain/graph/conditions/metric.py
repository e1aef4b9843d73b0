"""Metrics: the numbers that conditions compare."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from typing import Any

from domain.graph.conditions.facts import Facts

WINDOW_LEAST = timedelta(minutes=5)
WINDOW_MOST = timedelta(days=30)
WINDOWS_OFFERED = ("5m", "15m", "1h", "4h", "24h", "7d")
_WINDOW = re.compile(r"([1-9][0-9]{0,4})(m|h|d)", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_MOMENTUM = "momentum_"


class Cost(IntEnum):
    """What must be asked before a metric can be read; cheap ones are judged first."""

    MARKET = 0
    WATCHLIST = 1
    HISTORY = 2


@dataclass(frozen=True, slots=True)
class Metric:
    """`read` answers None where the number is not known; `unknown` says why, for people."""

    name: str
    words: str
    unit: str
    description: str
    unknown: str
    read: Callable[[Facts], Decimal | None]
    cost: Cost = Cost.MARKET
    window: timedelta | None = None
    flag: tuple[str, str] | None = None
    """For a number that is only 0 or 1: what each says in words."""


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "price",
            "price",
            "USDC per share",
            "Price of the first outcome (usually Yes), 0 to 1: the midpoint of the book, or the last known price.",
            "the market has no price",
            Facts.price,
        ),
        Metric(
            "volume", "volume", "USDC", "All that was ever traded.", "the market was not found", Facts.volume
        ),
        Metric(
            "volume_24h",
            "24-hour volume",
            "USDC",
            "Traded in the last 24 hours.",
            "the market was not found",
            Facts.volume_24h,
        ),
        Metric(
            "volume_24h_share",
            "share of volume in 24 hours",
            "ratio",
            "Volume of the last 24 hours as part of all that was ever traded: 0.25 is a quarter.",
            "nothing was traded yet",
            Facts.volume_24h_share,
        ),
        Metric(
            "liquidity",
            "liquidity",
            "USDC",
            "Money resting in the order book.",
            "the market was not found",
            Facts.liquidity,
        ),
        Metric(
            "spread",
            "spread",
            "USDC per share",
            "Best ask minus best bid of the first outcome.",
            "the book does not have both sides",
            Facts.spread,
        ),
        Metric(
            "hours_to_end",
            "hours to end",
            "hours",
            "Hours until the market's end date; below 0 when it has passed.",
            "the market has no end date",
            Facts.hours_to_end,
        ),
        Metric(
            "minutes_on_watchlist",
            "minutes on watchlist",
            "minutes",
            "Minutes since the market was put on this strategy's watchlist.",
            "it is not on the watchlist",
            Facts.minutes_on_watchlist,
            Cost.WATCHLIST,
        ),
        Metric(
            "on_watchlist",
            "on watchlist (1 yes, 0 no)",
            "",
            "1 when the market is on this strategy's watchlist, 0 when it is not.",
            "the watchlist was not read",
            Facts.on_watchlist,
            Cost.WATCHLIST,
            flag=("not on the watchlist", "on the watchlist"),
        ),
    )
}


def _attached(name: str, words: str, unit: str, description: str, before: str) -> Metric:
    """A number that exists only behind the node type `before`."""
    return Metric(
        name=name,
        words=words,
        unit=unit,
        description=f"{description} Attached by {before}.",
        unknown=f"no {before} node before gave it",
        read=lambda facts: facts.attached(name),
    )


ATTACHED: dict[str, Metric] = {
    name: _attached(name, words, unit, description, before)
    for name, words, unit, description, before in (
        ("momentum_score", "momentum score", "", "Momentum from -1 to 1.", "Check Momentum"),
        (
            "momentum_change",
            "price change",
            "ratio",
            "Relative price change over the window.",
            "Check Momentum",
        ),
        (
            "book_spread",
            "spread in the book",
            "USDC per share",
            "Best ask minus best bid.",
            "Check Spread and Depth",
        ),
        (
            "book_depth_bids",
            "depth of bids",
            "USDC",
            "Money in the bids near the best.",
            "Check Spread and Depth",
        ),
        (
            "book_depth_asks",
            "depth of asks",
            "USDC",
            "Money in the asks near the best.",
            "Check Spread and Depth",
        ),
        ("whale_net", "net large trades", "USDC", "Large buys minus large sells.", "Whale Activity"),
        ("whale_trades", "large trades", "trades", "How many trades were large.", "Whale Activity"),
        (
            "holders_net",
            "net change of large holders",
            "USDC",
            "What large holders bought minus sold.",
            "Whale Activity",
        ),
        ("position_shares", "position", "shares", "Shares held.", "Position Held"),
        ("position_cost", "position cost", "USDC", "What was paid for them, fees included.", "Position Held"),
        ("position_entry_price", "entry price", "USDC per share", "Average price paid.", "Position Held"),
        ("position_value", "position value", "USDC", "Shares at the price of now.", "Position Held"),
        (
            "position_change",
            "change since entry",
            "ratio",
            "Price of now against the entry price.",
            "Position Held",
        ),
        ("formula", "result of the formula", "", "What a formula gave, where it is a number.", "Formula"),
        ("filled_shares", "filled shares", "shares", "Shares that the order bought.", "Execute Trade"),
    )
}
METRICS |= ATTACHED


def parse_window(text: str) -> timedelta | None:
    """`15m`, `4h`, `7d` as a duration; None when it is no such text or outside 5 minutes to 30 days."""
    match = _WINDOW.fullmatch(text)
    if match is None:
        return None
    window = timedelta(**{_UNITS[match[2]]: int(match[1])})
    return window if WINDOW_LEAST <= window <= WINDOW_MOST else None


@lru_cache(maxsize=1024)
def find_metric(name: str) -> Metric | None:
    """The metric of that name; `momentum_<window>` is made on demand."""
    if name in METRICS:
        return METRICS[name]
    window = parse_window(name.removeprefix(_MOMENTUM)) if name.startswith(_MOMENTUM) else None
    if window is None:
        return None
    span = name.removeprefix(_MOMENTUM)
    return Metric(
        name=name,
        words=f"{span} momentum",
        unit="ratio",
        description=f"Relative price change of the first outcome over {span}: from 0.40 to 0.42 is 0.05.",
        unknown=f"there is no price from {span} ago",
        read=lambda facts: facts.momentum(window),
        cost=Cost.HISTORY,
        window=window,
    )


def metric_names() -> list[str]:
    """Names that a form offers; any other momentum window works too."""
    return [*METRICS, *(f"{_MOMENTUM}{window}" for window in WINDOWS_OFFERED)]


def describe_metrics() -> list[dict[str, Any]]:
    """JSON-able list of the offered metrics: name, title, unit, description."""
    offered = (find_metric(name) for name in metric_names())
    return [
        {"name": metric.name, "title": metric.words, "unit": metric.unit, "description": metric.description}
        for metric in offered
        if metric is not None
    ]
