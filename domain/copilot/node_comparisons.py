"""The comparisons in a node's settings, as drawn by anybody, and where they stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.errors import InvalidValue
from domain.graph.graph import Node
from domain.money import exact

Place = tuple[str | int, ...]
"""The way to a value within a node's settings."""
DEPTH_MAX = 12
TEXT_MAX = 40
DIGITS_MAX = 20
JUDGING = ("filter", "condition", "monitor_watchlist")


@dataclass(frozen=True, slots=True)
class PlacedComparison:
    place: Place
    metric: str
    op: str
    value: Decimal


def comparisons_in(node: Node) -> Iterator[PlacedComparison]:
    """Those that are sound; of settings that make no sense there are none."""
    if node.type in JUDGING:
        yield from _walk(node.config.get("conditions"), ("conditions",))


def _walk(rules: Any, place: Place) -> Iterator[PlacedComparison]:
    if len(place) > DEPTH_MAX:
        return
    if isinstance(rules, (list, tuple)):
        for index, rule in enumerate(rules):
            yield from _walk(rule, (*place, index))
        return
    if not isinstance(rules, dict):
        return
    for name in ("all", "any", "not"):
        yield from _walk(rules.get(name), (*place, name))
    metric, op, value = rules.get("metric"), rules.get("op"), setting_number(rules.get("value"))
    if isinstance(metric, str) and isinstance(op, str) and value is not None:
        yield PlacedComparison((*place, "value"), metric, op, value)


def setting_number(value: object) -> Decimal | None:
    """A number of settings; None for anything else, and for one that nobody could have meant."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)) or len(str(value)) > TEXT_MAX:
        return None
    try:
        number = exact(value)
    except InvalidValue:
        return None
    return number if abs(number.adjusted()) <= DIGITS_MAX else None
