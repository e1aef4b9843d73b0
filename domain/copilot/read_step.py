"""One step in words, other than conditions, sources and trades."""

from decimal import Decimal
from typing import Literal, cast

from domain.copilot.comparison_parts import kind_at, metric_named, skip
from domain.copilot.read_trade import read_buy, read_exit_rule, read_sell
from domain.copilot.steps import (
    AfterTrade,
    Branch,
    Change,
    Every,
    Found,
    Mark,
    Named,
    Otherwise,
    Refused,
    Step,
    Take,
    Tell,
    Wait,
)
from domain.copilot.tokens import Kind, Token
from domain.graph.words import bounded

MINUTE = Decimal(60)
NAME_MAX = 80
TAKE_MOST = 500
NO_ALLOCATION = "How much a strategy is given is chosen when it is created, not in its drawing."


def read_step(tokens: list[Token], at: int) -> Found | None:
    """The step that begins at `at`; None when none does."""
    token = tokens[at]
    match token.kind:
        case Kind.BUY:
            return read_buy(tokens, at)
        case Kind.SELL:
            return read_sell(tokens, at)
        case Kind.EXIT_RULE:
            return read_exit_rule(tokens, at)
        case Kind.NUMBER:
            return read_exit_rule(tokens, at) or _count(tokens, at)
        case Kind.WAIT | Kind.AFTER | Kind.DURATION:
            return _wait(tokens, at)
        case Kind.NOTIFY:
            return _tell(tokens, at)
        case Kind.TOP:
            return _take(tokens, at)
        case Kind.BY | Kind.RANK:
            return _rank(tokens, at)
        case Kind.EVERY | Kind.INTERVAL | Kind.INTERVAL_NAME:
            return _every(tokens, at)
        case Kind.CHANGE:
            return _change(tokens, at)
        case Kind.NAME:
            return _name(tokens, at)
        case Kind.ALLOCATE:
            place = skip(tokens, at + 1)
            return Found(Refused(NO_ALLOCATION), place + (kind_at(tokens, place) is Kind.NUMBER))
        case _:
            return _single(token, at)


def _single(token: Token, at: int) -> Found | None:
    steps: dict[Kind, Step] = {
        Kind.ELSE: Otherwise(),
        Kind.BRANCH: Branch(holds=token.value == "true"),
        Kind.START_NODE: Mark(end=False),
        Kind.END_NODE: Mark(end=True),
    }
    step = steps.get(token.kind)
    return Found(step, at + 1) if step is not None else None


def _wait(tokens: list[Token], at: int) -> Found | None:
    """`wait 10 minutes`, `after an hour`, `2 days later`, `after buying`."""
    if tokens[at].kind is Kind.AFTER and tokens[at].value == "trade":
        return Found(AfterTrade(), at + 1)
    place = at if tokens[at].kind is Kind.DURATION else skip(tokens, at + 1)
    if kind_at(tokens, place) is not Kind.DURATION:
        return None
    end = place + 1
    if tokens[at].kind is Kind.DURATION:
        if kind_at(tokens, end) is not Kind.LATER:
            return None
        end += 1
    seconds = tokens[place].seconds or Decimal(0)
    further = skip(tokens, end, (Kind.AND,))
    if kind_at(tokens, further) is Kind.DURATION and tokens[at].kind is Kind.WAIT:
        seconds, end = seconds + (tokens[further].seconds or 0), further + 1
    minutes = seconds / MINUTE
    if minutes < 1 or minutes != minutes.to_integral_value() or minutes > 525_600:
        return Found(Refused("A wait is at least one minute, in whole minutes, and at most a year."), end)
    return Found(Wait(int(minutes), after=tokens[at].kind is not Kind.WAIT), end)


def _tell(tokens: list[Token], at: int) -> Found:
    place = skip(tokens, at + 1)
    if kind_at(tokens, place) is Kind.SAYING and kind_at(tokens, skip(tokens, place + 1)) is Kind.QUOTED:
        quoted = skip(tokens, place + 1)
        return Found(Tell(tokens[quoted].value or None), quoted + 1)
    return Found(Tell(), at + 1)


def _whole_number(token: Token) -> int | None:
    number = token.quantity
    if number is None or number.unit != "bare" or number.scaled or number.open_above:
        return None
    whole = number.value == number.value.to_integral_value() and 1 <= number.value <= TAKE_MOST
    return int(number.value) if whole else None


def _take(tokens: list[Token], at: int) -> Found | None:
    place = skip(tokens, at + 1)
    limit = _whole_number(tokens[place]) if kind_at(tokens, place) is Kind.NUMBER else None
    return Found(Take(limit), place + 1) if limit is not None else None


def _count(tokens: list[Token], at: int) -> Found | None:
    """`the 5 markets with the highest volume`: a number that means something only beside a rank."""
    limit = _whole_number(tokens[at])
    behind = skip(tokens, at + 1, (Kind.WORD,))
    if limit is None or kind_at(tokens, behind) not in (Kind.MARKETS, Kind.RANK):
        return None
    return Found(Take(limit, loose=True), at + 1)


def _rank(tokens: list[Token], at: int) -> Found | None:
    place = skip(tokens, at + 1)
    order: Literal["highest", "lowest"] = "highest"
    if tokens[at].kind is Kind.RANK:
        order = cast(Literal["highest", "lowest"], tokens[at].value)
    elif kind_at(tokens, place) is Kind.RANK:
        order = cast(Literal["highest", "lowest"], tokens[place].value)
        place = skip(tokens, place + 1)
    named = metric_named(tokens, place)
    if named is None:
        return None
    return Found(Take(None, named[0], order), named[1])


def _every(tokens: list[Token], at: int) -> Found | None:
    if tokens[at].kind is Kind.INTERVAL:
        return Found(Every(int(tokens[at].value)), at + 1)
    behind = skip(tokens, at + 1, (Kind.TO, Kind.EVERY) if tokens[at].kind is Kind.INTERVAL_NAME else ())
    seconds = tokens[behind].seconds if behind < len(tokens) else None
    if seconds is None:
        return None
    if seconds != seconds.to_integral_value() or not 1 <= seconds <= 30 * 86_400:
        return Found(Refused("An interval is at least one second and at most 30 days."), behind + 1)
    return Found(Every(int(seconds)), behind + 1)


def _name(tokens: list[Token], at: int) -> Found | None:
    place = skip(tokens, at + 1)
    if kind_at(tokens, place) is Kind.QUOTED and tokens[place].value:
        return Found(Named(bounded(tokens[place].value, NAME_MAX)), place + 1)
    said = " ".join(token.text for token in tokens[at + 1 :] if token.text not in ('"', "'")).strip()
    return Found(Named(bounded(said, NAME_MAX)), len(tokens)) if said else None


def _change(tokens: list[Token], at: int) -> Found | None:
    """`raise the volume to $200k`, `change the interval to 10 minutes`, `set the amount from $100 to $50`."""
    place = skip(tokens, at + 1)
    kind = kind_at(tokens, place)
    if kind is Kind.INTERVAL_NAME:
        return _every(tokens, place)
    targets = {Kind.AMOUNT: "amount", Kind.WAIT: "wait", Kind.SLIPPAGE: "slippage"}
    named = metric_named(tokens, place)
    if named is not None:
        target, end = named
    elif kind is not None and kind in targets:
        target, end = targets[kind], place + 1
    else:
        return None
    end = skip(tokens, end)
    if kind_at(tokens, end) is Kind.IN and kind_at(tokens, end + 1) in (Kind.NUMBER, Kind.DURATION):
        end = skip(tokens, end + 2)
    value = skip(tokens, end, (Kind.TO, Kind.AT))
    if kind_at(tokens, end) is Kind.BY or kind_at(tokens, value) not in (Kind.NUMBER, Kind.DURATION):
        return None
    direction = cast(Literal["up", "down", "set"], tokens[at].value)
    return Found(Change(target, direction, tokens[value]), value + 1)
