"""All templates."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from domain.templates.breakout_buyer import BREAKOUT_BUYER
from domain.templates.closing_soon_favourites import CLOSING_SOON_FAVOURITES
from domain.templates.dip_buyer import DIP_BUYER
from domain.templates.politics_momentum_bot import POLITICS_MOMENTUM_BOT
from domain.templates.spike_fader import SPIKE_FADER
from domain.templates.template import Template
from domain.templates.top_movers_alert import TOP_MOVERS_ALERT
from domain.templates.watch_and_wait import WATCH_AND_WAIT
from domain.templates.watchlist_builder import WATCHLIST_BUILDER
from domain.templates.whale_follower import WHALE_FOLLOWER

ALL: tuple[Template[Any], ...] = (
    POLITICS_MOMENTUM_BOT,
    CLOSING_SOON_FAVOURITES,
    DIP_BUYER,
    WATCH_AND_WAIT,
    WHALE_FOLLOWER,
    BREAKOUT_BUYER,
    SPIKE_FADER,
    TOP_MOVERS_ALERT,
    WATCHLIST_BUILDER,
)
"""In the order in which they are offered."""

TEMPLATES: Mapping[str, Template[Any]] = MappingProxyType({template.id: template for template in ALL})
"""By id."""


def describe() -> list[dict[str, Any]]:
    """JSON-able description of every template."""
    return [template.describe() for template in ALL]
