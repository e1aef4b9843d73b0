"""Another value for a setting of a drawing that is there: of the nodes that have it, if it is clear which are meant."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from domain.copilot.drawing_board import DrawingBoard
from domain.copilot.node_comparisons import Place, comparisons_in, setting_number
from domain.copilot.pen import CannotDraw
from domain.copilot.steps import Change
from domain.copilot.thresholds import HUNDRED, threshold
from domain.copilot.tokens import Token
from domain.graph.graph import Node
from domain.graph.words import exact_words, joined
from domain.money import plain

FIELDS = {
    "volume": ("volume_min",),
    "volume_24h": ("volume_24h_min",),
    "liquidity": ("liquidity_min",),
    "hours_to_end": ("end_within_hours", "end_after_hours", "hours_max", "hours_min"),
    "spread": ("spread_max",),
    "volume_24h_share": ("share_24h_min",),
    "minutes_on_watchlist": ("minutes_min",),
    "amount": ("amount",),
    "slippage": ("slippage_max",),
}


def change_threshold(board: DrawingBoard, change: Change) -> list[str]:
    """The nodes that were changed. Raises CannotDraw with the reason, for people."""
    if change.target == "wait":
        return _change_wait(board, change)
    found = [
        (node.id, place, value)
        for node in board.nodes.values()
        for place, value in _values(node, change.target)
    ]
    words = change.target.replace("_", " ")
    if not found:
        raise CannotDraw(f"No node has a setting for {words}.")
    value = _new_value(change.target, change.value)
    if value is None:
        raise CannotDraw(f"“{change.value.text}” is no value for {words}.")
    old = {before for _, _, before in found}
    if len(old) > 1:
        told = joined([f"{node_id} ({exact_words(before)})" for node_id, _, before in found])
        raise CannotDraw(f"More than one value for {words} is there, in {told}; change it in the node.")
    before = old.pop()
    if (change.direction == "up" and value <= before) or (change.direction == "down" and value >= before):
        raise CannotDraw(f"It is {exact_words(before)} now, so {change.value.text} is the other way.")
    for node_id, place, _ in found:
        board.set_config(node_id, _replaced(board.nodes[node_id].config, place, plain(value)))
    return list(dict.fromkeys(node_id for node_id, _, _ in found))


def _new_value(target: str, token: Token) -> Decimal | None:
    number = token.quantity
    if target == "amount":
        return (
            number.value
            if number is not None and number.unit in ("usd", "bare") and number.value > 0
            else None
        )
    if target == "slippage":
        return number.value / HUNDRED if number is not None and number.unit == "percent" else None
    read = threshold(target, token)
    return read.value if read is not None else None


def _values(node: Node, target: str) -> Iterator[tuple[Place, Decimal]]:
    for name in FIELDS.get(target, ()):
        value = setting_number(node.config.get(name))
        if value is not None:
            yield (name,), value
    for placed in comparisons_in(node):
        if _same(placed.metric, target):
            yield placed.place, placed.value


def _same(metric: str, target: str) -> bool:
    return metric == target or (target.startswith("momentum_") and metric.startswith("momentum_"))


def _replaced(config: Any, place: Place, value: str) -> Any:
    """A copy with another value at that place."""
    if not place:
        return value
    step, rest = place[0], place[1:]
    if isinstance(config, dict):
        return {**config, step: _replaced(config[step], rest, value)}
    return [_replaced(part, rest, value) if index == step else part for index, part in enumerate(config)]


def _change_wait(board: DrawingBoard, change: Change) -> list[str]:
    waits = board.of_type("wait")
    seconds = change.value.seconds
    if len(waits) != 1:
        raise CannotDraw("There is no Wait node." if not waits else "There is more than one Wait node.")
    if seconds is None or seconds < 60 or seconds % 60 or seconds > 365 * 86_400:
        raise CannotDraw("A wait is at least one minute, in whole minutes, and at most a year.")
    board.set_config(waits[0].id, {"minutes": int(seconds / 60)})
    return [waits[0].id]
