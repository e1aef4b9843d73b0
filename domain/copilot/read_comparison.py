"""One comparison in words, in the many orders in which people say it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.copilot.thresholds import DAY, DEFAULT_STRONG, DEFAULT_WINDOW, comparison, threshold, window_text
from domain.copilot.tokens import Kind, Token
from domain.graph.conditions.metric import find_metric
from domain.money import plain

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


Form = Callable[[list[Token], int, Context], Part | None]


def skip(tokens: list[Token], at: int, also: tuple[Kind, ...] = ()) -> int:
    """The next index whose token says something."""
    while at < len(tokens) and (tokens[at].kind is Kind.FILLER or tokens[at].kind in also):
        at += 1
    return at


def kind_at(tokens: list[Token], at: int) -> Kind | None:
    return tokens[at].kind if at < len(tokens) else None


def read_comparison(tokens: list[Token], at: int, context: Context) -> Part | None:
    """The comparison that begins at `at`; None when none does."""
    for form in FORMS:
        part = form(tokens, at, context)
        if part is not None:
            return part
    return None


@dataclass(frozen=True, slots=True)
class Named:
    """A metric as named; momentum without a window has none yet."""

    metric: str
    end: int


def _metric(tokens: list[Token], at: int) -> Named | None:
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
    named = _metric(tokens, at) if at < len(tokens) else None
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
    if name == "momentum":
        said = "Momentum is measured over one hour, as no time was said."
        return f"momentum_{DEFAULT_WINDOW}", end, (said,)
    return name, end, ()


def _made(
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
    _remember(context, metric, op, known.value)
    said = tuple(text for text in (*notes, known.note, note) if text)
    return Part(comparison(metric, op, known.value), end, said)


def _remember(context: Context, metric: str, op: str, value: Decimal) -> None:
    context.said["momentum" if metric.startswith("momentum_") else metric] = (metric, op, value)


def _is_value(tokens: list[Token], at: int) -> bool:
    return kind_at(tokens, at) in (Kind.NUMBER, Kind.DURATION)


def metric_first(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`volume > $100k`, `volume between 1k and 5k`, `volume of $100k or more`, `momentum is strong`."""
    named = _metric(tokens, at)
    if named is None:
        return None
    place = skip(tokens, named.end)
    kind = kind_at(tokens, place)
    if kind is Kind.LEVEL:
        return _level(named, tokens[place], place + 1, context)
    if kind is Kind.BETWEEN:
        return _between(named, tokens, place + 1, context)
    if kind is Kind.OP:
        value = skip(tokens, place + 1)
        if _is_value(tokens, value):
            return _made(named, tokens[place].value, tokens[value], tokens, value + 1, context)
        return None
    if _is_value(tokens, place) and place > named.end - 1:
        return _bare(named, tokens, place, context)
    return None


def _bare(named: Named, tokens: list[Token], place: int, context: Context) -> Part | None:
    """A number without a comparison: only with words behind it, a plus sign, or as what must at least be reached."""
    value = tokens[place]
    if kind_at(tokens, place + 1) is Kind.POST_OP:
        return _made(named, tokens[place + 1].value, value, tokens, place + 2, context)
    plus = value.quantity is not None and value.quantity.open_above
    note = "" if plus else f"“{named.metric.replace('_', ' ')} {value.text}” is read as at least so much."
    return _made(named, ">=", value, tokens, place + 1, context, note)


def _between(named: Named, tokens: list[Token], at: int, context: Context) -> Part | None:
    low = skip(tokens, at)
    joint = skip(tokens, low + 1)
    high = skip(tokens, joint + 1)
    if not (_is_value(tokens, low) and kind_at(tokens, joint) is Kind.AND and _is_value(tokens, high)):
        return None
    least = _made(named, ">=", tokens[low], tokens, high + 1, context)
    most = _made(named, "<=", tokens[high], tokens, high + 1, context)
    if least is None or most is None or Decimal(least.rule["value"]) > Decimal(most.rule["value"]):
        return None
    return Part({"all": [least.rule, most.rule]}, most.end, tuple(dict.fromkeys(least.notes + most.notes)))


def _level(named: Named, level: Token, end: int, context: Context) -> Part | None:
    """A word instead of a number: it means what was said before."""
    about = "momentum" if named.metric.startswith("momentum") else named.metric
    if level.value != "strong":
        if about != "momentum":
            return None
        metric = named.metric if "_" in named.metric else f"momentum_{DEFAULT_WINDOW}"
        return Part(comparison(metric, ">" if level.value == "positive" else "<", Decimal(0)), end)
    prior = context.said.get(about) or context.prior.get(about)
    words = f"“{named.metric.split('_')[0]} is {level.text.casefold()}”"
    if prior is not None and prior[1] in (">", ">="):
        metric, op, value = prior
        note = f"{words} means what was said before: {metric} {op} {plain(value)}."
        return Part(comparison(metric, op, value), end, (note,))
    if about != "momentum":
        return None
    metric = f"momentum_{DEFAULT_WINDOW}"
    _remember(context, metric, ">", DEFAULT_STRONG)
    note = f"{words} is taken as more than 5 per cent up within one hour, as no number was said."
    return Part(comparison(metric, ">", DEFAULT_STRONG), end, (note,))


def number_first(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`more than $100k of volume`, `$100k+ volume`, `at least 5% momentum in the last hour`, `strong momentum`."""
    if kind_at(tokens, at) is Kind.LEVEL:
        named = _metric(tokens, at + 1)
        return _level(named, tokens[at], named.end, context) if named is not None else None
    op = tokens[at].value if kind_at(tokens, at) is Kind.OP else None
    place = skip(tokens, at + 1) if op is not None else at
    if not _is_value(tokens, place):
        return None
    value, behind = tokens[place], place + 1
    if kind_at(tokens, behind) is Kind.POST_OP and op is None:
        op, behind = tokens[behind].value, behind + 1
    if op is None and (value.quantity is None or not value.quantity.open_above):
        return None
    metric_at = skip(tokens, behind, (Kind.IN,))
    named = _metric(tokens, metric_at) if metric_at < len(tokens) else None
    return _made(named, op or ">=", value, tokens, named.end, context) if named is not None else None


def price_move(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`price increased by 5% in the last hour`, `fell by more than 3%`."""
    place = at
    if kind_at(tokens, at) is Kind.METRIC:
        if tokens[at].value != "price":
            return None
        place = skip(tokens, at + 1)
    if kind_at(tokens, place) is not Kind.MOVE:
        return None
    down = tokens[place].value == "down"
    op_at = skip(tokens, place + 1)
    op = tokens[op_at].value if kind_at(tokens, op_at) is Kind.OP else ">="
    value_at = skip(tokens, op_at + 1) if kind_at(tokens, op_at) is Kind.OP else op_at
    number = tokens[value_at].quantity if value_at < len(tokens) else None
    if number is None or number.unit != "percent" or op not in (">", ">=") or number.value < 0:
        return None
    made = _made(Named("momentum", value_at), op, tokens[value_at], tokens, value_at + 1, context)
    if made is None or not down:
        return made
    metric, _, value = context.said["momentum"]
    downward = {">": "<", ">=": "<="}[op]
    _remember(context, metric, downward, -value)
    return Part(comparison(metric, downward, -value), made.end, made.notes)


def ending(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`ends within 24 hours`, `resolves in less than 3 days`, `at least 12 hours left`."""
    if kind_at(tokens, at) is Kind.ENDS:
        op_at = skip(tokens, at + 1, (Kind.IN,))
        kind = kind_at(tokens, op_at)
        op = tokens[op_at].value if kind is Kind.OP else ">=" if kind is Kind.AFTER else "<="
        value = skip(tokens, op_at + 1) if kind in (Kind.OP, Kind.AFTER) else op_at
        if kind_at(tokens, value) is not Kind.DURATION:
            return None
        return _made(Named("hours_to_end", value), op, tokens[value], tokens, value + 1, context)
    op = tokens[at].value if kind_at(tokens, at) is Kind.OP else ">="
    value = skip(tokens, at + 1) if kind_at(tokens, at) is Kind.OP else at
    if kind_at(tokens, value) is not Kind.DURATION or kind_at(tokens, value + 1) is not Kind.LEFT:
        return None
    return _made(Named("hours_to_end", value), op, tokens[value], tokens, value + 2, context)


def watching(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`on the watchlist for 10 minutes`, `after 10 minutes on the watchlist`, `not on the watchlist`."""
    kind = kind_at(tokens, at)
    if kind is Kind.NOT_ON_WATCHLIST:
        return Part(comparison("on_watchlist", "=", Decimal(0)), at + 1)
    if kind is Kind.ON_WATCHLIST:
        value = skip(tokens, at + 1)
        op = ">="
        if kind_at(tokens, value) is Kind.OP:
            op, value = tokens[value].value, skip(tokens, value + 1)
        if kind_at(tokens, value) is Kind.DURATION:
            on = Named("minutes_on_watchlist", value)
            return _made(on, op, tokens[value], tokens, value + 1, context)
        if tokens[at].value == "already":
            return Part(comparison("on_watchlist", "=", Decimal(1)), at + 1)
        return None
    value = skip(tokens, at + 1) if kind in (Kind.AFTER, Kind.OP) else at
    if kind_at(tokens, value) is Kind.DURATION and kind_at(tokens, value + 1) is Kind.ON_WATCHLIST:
        op = tokens[at].value if kind is Kind.OP else ">="
        return _made(Named("minutes_on_watchlist", value), op, tokens[value], tokens, value + 2, context)
    return None


FORMS: tuple[Form, ...] = (price_move, ending, watching, metric_first, number_first)
"""In the order in which they are tried."""
