"""What the ways to say a comparison have in common: metrics with their windows, values, and what was said before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.copilot.thresholds import DAY, DEFAULT_WINDOW, comparison, threshold, window_text
from domain.copilot.tokens import Kind, Token
from domain.graph.conditions.metric import find_metric

Said = tuple[str, str, Decimal]
"""Metric, operator and value of a threshold."""


@dataclass(slots=True)
class Context:
    """`prior`: thresholds said before, by what they are about, to which words such as "strong" refer. `said`: the new ones."""

    prior: Mapping[str, Said]
    said: dict[str, Said] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    rule: dict[str, Any]
    end: int
    notes: tuple[str, ...] = ()


def skip(tokens: list[Token], at: int, also: tuple[Kind, ...] = ()) -> int:
    """The next index whose token says something."""
    while at < len(tokens) and (tokens[at].kind is Kind.FILLER or tokens[at].kind in also):
        at += 1
    return at


def kind_at(tokens: list[Token], at: int) -> Kind | None:
    return tokens[at].kind if at < len(tokens) else None


@dataclass(frozen=True, slots=True)
class Named:
    """A metric as named; momentum without a window has none yet."""

    metric: str
    end: int


def read_metric(tokens: list[Token], at: int) -> Named | None:
    """`momentum`, `4h momentum`, `24-hour volume`, `momentum in the last 4 hours`, `momentum over 4 hours above …`."""
    window = tokens[at].seconds if kind_at(tokens, at) is Kind.DURATION else None
    place = at + 1 if window is not None else at
    if kind_at(tokens, place) is not Kind.METRIC:
        return None
    name, end = tokens[place].value, place + 1
    if window is None:
        window, end = _window_behind(tokens, end)
    return _windowed(name, window, end)


def metric_named(tokens: list[Token], at: int) -> tuple[str, int] | None:
    """Name of the metric that is named at `at`, and the index behind it."""
    named = read_metric(tokens, at) if at < len(tokens) else None
    if named is None:
        return None
    return ("momentum_1h" if named.metric == "momentum" else named.metric), named.end


def _window_behind(tokens: list[Token], at: int) -> tuple[Decimal | None, int]:
    if kind_at(tokens, at) is Kind.WINDOW:
        return tokens[at].seconds, at + 1
    if (
        kind_at(tokens, at) in (Kind.OP, Kind.IN)
        and kind_at(tokens, at + 1) is Kind.DURATION
        and kind_at(tokens, skip(tokens, at + 2)) in (Kind.OP, Kind.BETWEEN, Kind.LEVEL)
        and tokens[at].text.casefold() in ("over", "in", "within")
    ):
        return tokens[at + 1].seconds, at + 2
    return None, at


def _windowed(name: str, window: Decimal | None, end: int) -> Named | None:
    if window is None:
        return Named(name, end)
    if name == "volume" and window == DAY:
        return Named("volume_24h", end)
    text = window_text(window)
    if name != "momentum" or text is None or find_metric(f"momentum_{text}") is None:
        return None
    return Named(f"momentum_{text}", end)


def _whole(named: Named, tokens: list[Token], end: int) -> tuple[str, int, tuple[str, ...]] | None:
    """The metric with the window said behind its threshold, or the one assumed."""
    name = named.metric
    if name in ("momentum", "volume") and kind_at(tokens, end) is Kind.WINDOW:
        behind = _windowed(name, tokens[end].seconds, end + 1)
        return (behind.metric, behind.end, ()) if behind is not None else None
    if name == "momentum" and _within(tokens, end):
        behind = _windowed(name, tokens[end + 1].seconds, end + 2)
        return (behind.metric, behind.end, ()) if behind is not None else None
    if name == "momentum":
        said = "Momentum is measured over one hour, as no time was said."
        return f"momentum_{DEFAULT_WINDOW}", end, (said,)
    return name, end, ()


def _within(tokens: list[Token], at: int) -> bool:
    """`… by 5% within 15 minutes`."""
    joined = kind_at(tokens, at) in (Kind.OP, Kind.IN) and tokens[at].text.casefold() in (
        "within",
        "in",
        "over",
    )
    return joined and kind_at(tokens, at + 1) is Kind.DURATION


def made(
    named: Named, op: str, value: Token, tokens: list[Token], end: int, context: Context, note: str = ""
) -> Part | None:
    if value.quantity is not None and value.quantity.open_above:
        op = ">="
    whole = _whole(named, tokens, end)
    if whole is None:
        return None
    metric, end, notes = whole
    known = threshold(metric, value)
    if known is None:
        return None
    remember(context, metric, op, known.value)
    said = tuple(text for text in (*notes, known.note, note) if text)
    return Part(comparison(metric, op, known.value), end, said)


def remember(context: Context, metric: str, op: str, value: Decimal) -> None:
    context.said["momentum" if metric.startswith("momentum_") else metric] = (metric, op, value)


def is_value(tokens: list[Token], at: int) -> bool:
    return kind_at(tokens, at) in (Kind.NUMBER, Kind.DURATION)
