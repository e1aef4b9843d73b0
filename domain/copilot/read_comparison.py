"""One comparison in words, in the many orders in which people say it."""

from collections.abc import Callable
from decimal import Decimal

from domain.copilot.comparison_parts import (
    Context,
    Named,
    Part,
    is_value,
    kind_at,
    made,
    read_metric,
    remember,
    skip,
)
from domain.copilot.thresholds import DEFAULT_STRONG, DEFAULT_WINDOW, comparison
from domain.copilot.tokens import Kind, Token
from domain.money import plain

Form = Callable[[list[Token], int, Context], Part | None]


def read_comparison(tokens: list[Token], at: int, context: Context) -> Part | None:
    """The comparison that begins at `at`; None when none does."""
    for form in FORMS:
        part = form(tokens, at, context)
        if part is not None:
            return part
    return None


def metric_first(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`volume > $100k`, `volume between 1k and 5k`, `volume of $100k or more`, `momentum is strong`."""
    named = read_metric(tokens, at)
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
        if is_value(tokens, value):
            return made(named, tokens[place].value, tokens[value], tokens, value + 1, context)
        return None
    if is_value(tokens, place) and place > named.end - 1:
        return _bare(named, tokens, place, context)
    return None


def _bare(named: Named, tokens: list[Token], place: int, context: Context) -> Part | None:
    """A number without a comparison: only with words behind it, a plus sign, or as what must at least be reached."""
    value = tokens[place]
    if kind_at(tokens, place + 1) is Kind.POST_OP:
        return made(named, tokens[place + 1].value, value, tokens, place + 2, context)
    plus = value.quantity is not None and value.quantity.open_above
    note = "" if plus else f"“{named.metric.replace('_', ' ')} {value.text}” is read as at least so much."
    return made(named, ">=", value, tokens, place + 1, context, note)


def _between(named: Named, tokens: list[Token], at: int, context: Context) -> Part | None:
    low = skip(tokens, at)
    joint = skip(tokens, low + 1)
    high = skip(tokens, joint + 1)
    if not (is_value(tokens, low) and kind_at(tokens, joint) is Kind.AND and is_value(tokens, high)):
        return None
    least = made(named, ">=", tokens[low], tokens, high + 1, context)
    most = made(named, "<=", tokens[high], tokens, high + 1, context)
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
    remember(context, metric, ">", DEFAULT_STRONG)
    note = f"{words} is taken as more than 5 per cent up within one hour, as no number was said."
    return Part(comparison(metric, ">", DEFAULT_STRONG), end, (note,))


def number_first(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`more than $100k of volume`, `$100k+ volume`, `at least 5% momentum in the last hour`, `strong momentum`."""
    if kind_at(tokens, at) is Kind.LEVEL:
        named = read_metric(tokens, at + 1)
        return _level(named, tokens[at], named.end, context) if named is not None else None
    op = tokens[at].value if kind_at(tokens, at) is Kind.OP else None
    place = skip(tokens, at + 1) if op is not None else at
    if not is_value(tokens, place):
        return None
    value, behind = tokens[place], place + 1
    if kind_at(tokens, behind) is Kind.POST_OP and op is None:
        op, behind = tokens[behind].value, behind + 1
    if op is None and (value.quantity is None or not value.quantity.open_above):
        return None
    metric_at = skip(tokens, behind, (Kind.IN,))
    named = read_metric(tokens, metric_at) if metric_at < len(tokens) else None
    return made(named, op or ">=", value, tokens, named.end, context) if named is not None else None


def price_move(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`price increased by 5% in the last hour`, `fell by more than 3%`, `a 5% price increase`."""
    if kind_at(tokens, at) in (Kind.OP, Kind.NUMBER):
        return _move_behind(tokens, at, context)
    place = at
    if kind_at(tokens, at) is Kind.METRIC:
        if tokens[at].value != "price":
            return None
        place = skip(tokens, at + 1)
    if kind_at(tokens, place) is not Kind.MOVE:
        return None
    op_at = skip(tokens, place + 1)
    op = tokens[op_at].value if kind_at(tokens, op_at) is Kind.OP else ">="
    value_at = skip(tokens, op_at + 1) if kind_at(tokens, op_at) is Kind.OP else op_at
    return _moved(tokens, (tokens[place], op, value_at), value_at + 1, context)


def _move_behind(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`(more than) a 5% price increase`."""
    op = tokens[at].value if tokens[at].kind is Kind.OP else ">="
    value_at = skip(tokens, at + 1) if tokens[at].kind is Kind.OP else at
    place = skip(tokens, value_at + 1)
    if kind_at(tokens, place) is Kind.METRIC and tokens[place].value == "price":
        place = skip(tokens, place + 1)
    if kind_at(tokens, place) is not Kind.MOVE:
        return None
    return _moved(tokens, (tokens[place], op, value_at), place + 1, context)


def _moved(tokens: list[Token], said: tuple[Token, str, int], end: int, context: Context) -> Part | None:
    """`said`: the verb, the operator and the index of the value."""
    move, op, value_at = said
    number = tokens[value_at].quantity if value_at < len(tokens) else None
    if number is None or number.unit != "percent" or op not in (">", ">=") or number.value < 0:
        return None
    upward = made(Named("momentum", end), op, tokens[value_at], tokens, end, context)
    if upward is None or move.value == "up":
        return upward
    metric, known, value = context.said["momentum"]
    downward = {">": "<", ">=": "<="}[known]
    remember(context, metric, downward, -value)
    return Part(comparison(metric, downward, -value), upward.end, upward.notes)


def ending(tokens: list[Token], at: int, context: Context) -> Part | None:
    """`ends within 24 hours`, `resolves in less than 3 days`, `at least 12 hours left`."""
    if kind_at(tokens, at) is Kind.ENDS:
        op_at = skip(tokens, at + 1, (Kind.IN,))
        kind = kind_at(tokens, op_at)
        op = tokens[op_at].value if kind is Kind.OP else ">=" if kind is Kind.AFTER else "<="
        value = skip(tokens, op_at + 1) if kind in (Kind.OP, Kind.AFTER) else op_at
        if kind_at(tokens, value) is not Kind.DURATION:
            return None
        return made(Named("hours_to_end", value), op, tokens[value], tokens, value + 1, context)
    op = tokens[at].value if kind_at(tokens, at) is Kind.OP else ">="
    value = skip(tokens, at + 1) if kind_at(tokens, at) is Kind.OP else at
    if kind_at(tokens, value) is not Kind.DURATION or kind_at(tokens, value + 1) is not Kind.LEFT:
        return None
    return made(Named("hours_to_end", value), op, tokens[value], tokens, value + 2, context)


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
            return made(on, op, tokens[value], tokens, value + 1, context)
        if tokens[at].value == "already":
            return Part(comparison("on_watchlist", "=", Decimal(1)), at + 1)
        return None
    value = skip(tokens, at + 1) if kind in (Kind.AFTER, Kind.OP) else at
    if kind_at(tokens, value) is Kind.DURATION and kind_at(tokens, value + 1) is Kind.ON_WATCHLIST:
        op = tokens[at].value if kind is Kind.OP else ">="
        return made(Named("minutes_on_watchlist", value), op, tokens[value], tokens, value + 2, context)
    return None


FORMS: tuple[Form, ...] = (price_move, ending, watching, metric_first, number_first)
"""In the order in which they are tried."""
