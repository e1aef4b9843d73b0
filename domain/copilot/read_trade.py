"""Buying and selling in words."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from domain.copilot.comparison_parts import kind_at, skip
from domain.copilot.steps import Buy, ExitRule, Found, Refused, Sell
from domain.copilot.thresholds import HUNDRED, threshold
from domain.copilot.tokens import Kind, Token

_BEHIND = (
    Kind.OUTCOME, Kind.NUMBER, Kind.ALLOCATION, Kind.AMOUNT, Kind.SLIPPAGE, Kind.LIMIT_ORDER, Kind.MARKET_ORDER, Kind.AT,
    Kind.AGAIN, Kind.ONCE, Kind.OP, Kind.OPEN, Kind.CLOSE, Kind.COMMA, Kind.MENTION, Kind.IN, Kind.MARKETS, Kind.POST_OP,
)  # fmt: skip
SHARES = "An amount is given in USDC or in per cent of the allocation, not in shares."
WHICH = "It does not say which outcome to buy: Yes or No."
HOW_MUCH = "It does not say for how much: for example “for $100”."


@dataclass(slots=True)
class _Order:
    outcome: str | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    slippage: Decimal | None = None
    limit_price: Decimal | None = None
    limit: bool = False
    shares: bool = False
    repeat: Literal["again", "once", ""] = ""
    notes: list[str] = field(default_factory=list)


def read_buy(tokens: list[Token], at: int) -> Found:
    """`buy Yes for $100`, `Execute Trade (outcome: Yes, amount: $100, type: market)`; `tokens[at]` is the verb."""
    order = _Order()
    place = end = skip(tokens, at + 1)
    while kind_at(tokens, place) in _BEHIND:
        after = _take(tokens, place, order)
        if after is None:
            break
        end = after
        place = skip(tokens, after)
    if order.shares:
        return Found(Refused(SHARES), end)
    if order.outcome is None:
        return Found(Refused(WHICH), end)
    if order.amount is None and order.percent is None:
        return Found(Refused(HOW_MUCH), end)
    if order.limit and order.limit_price is None:
        return Found(Refused("A limit order needs its price: for example “at 45 cents”."), end)
    bought = Buy(
        order.outcome,
        order.amount,
        order.percent,
        order.slippage,
        order.limit_price,
        order.repeat,
        tuple(order.notes),
    )
    return Found(bought, end)


def _take(tokens: list[Token], at: int, order: _Order) -> int | None:
    """Takes one detail of the order; the index behind it, or None when it belongs to something else."""
    token = tokens[at]
    match token.kind:
        case Kind.OUTCOME if order.outcome is None:
            order.outcome = {"yes": "Yes", "no": "No"}.get(
                token.text.casefold(), token.text.split()[-1].casefold()
            )
        case Kind.NUMBER:
            return _number(tokens, at, order)
        case Kind.SLIPPAGE | Kind.OP:
            return _slippage(tokens, at, order)
        case Kind.AT:
            return _price(tokens, skip(tokens, at + 1, (Kind.LIMIT_ORDER,)), order)
        case Kind.LIMIT_ORDER:
            order.limit = True
            behind = skip(tokens, at + 1, (Kind.AT,))
            return _price(tokens, behind, order) or at + 1
        case Kind.AGAIN:
            order.repeat = "again"
        case Kind.ONCE:
            order.repeat = "once"
        case Kind.COMMA | Kind.IN:
            behind = skip(tokens, at + 1)
            wanted = (Kind.MENTION, Kind.MARKETS) if token.kind is Kind.IN else _BEHIND
            return behind if kind_at(tokens, behind) in wanted else None
        case Kind.AMOUNT | Kind.OPEN | Kind.CLOSE | Kind.MARKET_ORDER | Kind.MENTION | Kind.MARKETS:
            pass
        case _:
            return None
    return at + 1


def _number(tokens: list[Token], at: int, order: _Order) -> int | None:
    number = tokens[at].quantity
    if number is None or number.value <= 0:
        return None
    if number.unit == "percent" and kind_at(tokens, skip(tokens, at + 1)) in (Kind.SLIPPAGE, Kind.EXIT_RULE):
        return _slippage(tokens, at, order)
    if order.amount is not None or order.percent is not None:
        return None
    if number.unit == "percent":
        if number.value > HUNDRED:
            return None
        order.percent = number.value
        if kind_at(tokens, at + 1) is Kind.ALLOCATION:
            return at + 2
        order.notes.append(f"“{tokens[at].text}” is taken of the strategy's allocation.")
        return at + 1
    if number.unit == "cents":
        return None
    before = tokens[at - 1]
    if number.unit == "bare" and before.kind is Kind.BUY:
        order.shares = True
        return at + 1
    if number.unit == "bare":
        order.notes.append(f"“{tokens[at].text}” is taken as USDC.")
    order.amount = number.value
    return at + 1


def _price(tokens: list[Token], at: int, order: _Order) -> int | None:
    """A price in front of which "at" or "limit" stands makes a limit order."""
    if kind_at(tokens, at) is not Kind.NUMBER or order.limit_price is not None:
        return None
    price = threshold("price", tokens[at])
    if price is None:
        return None
    order.limit = True
    order.limit_price = price.value
    order.notes.append(f"“{tokens[at].text}” is taken as the limit price of the order.")
    return at + 1 + (kind_at(tokens, at + 1) is Kind.POST_OP)


def _slippage(tokens: list[Token], at: int, order: _Order) -> int | None:
    """`at most 2% slippage`, `slippage of at most 2%`."""
    place, named = at, False
    value: Decimal | None = None
    while kind_at(tokens, place) in (Kind.OP, Kind.SLIPPAGE, Kind.NUMBER, Kind.FILLER):
        token = tokens[place]
        if token.kind is Kind.OP and token.value not in ("<=", "<"):
            return None
        if token.kind is Kind.NUMBER:
            if value is not None or token.quantity is None or token.quantity.unit != "percent":
                break
            value = token.quantity.value / HUNDRED
        named = named or token.kind is Kind.SLIPPAGE
        place += 1
        if named and value is not None:
            break
    if not named or value is None or order.slippage is not None or not 0 <= value <= 1:
        return None
    order.slippage = value
    return place


def read_exit_rule(tokens: list[Token], at: int) -> Found | None:
    """`stop loss of 10%`, `10% stop loss`; the number may stand on either side."""
    first = at
    if kind_at(tokens, at) is Kind.NUMBER:
        first = skip(tokens, at + 1)
        written = tokens[at].quantity
        if kind_at(tokens, first) is not Kind.EXIT_RULE or written is None or written.unit != "percent":
            return None
        value, end = at, first + 1
    else:
        value = skip(tokens, at + 1, (Kind.AT, Kind.OP, Kind.IN, Kind.TO))
        end = value + 1
    number = tokens[value].quantity if value < len(tokens) else None
    rule = tokens[first].value
    if number is None or number.unit != "percent" or not number.value:
        return Found(Refused(f"A {rule.replace('_', ' ')} needs a percentage."), min(first + 1, end))
    ratio = abs(number.value) / HUNDRED
    if rule == "take_profit":
        return Found(ExitRule("take_profit", ratio), end)
    return Found(ExitRule("stop_loss" if rule == "stop_loss" else "trailing_stop", ratio), end)


def read_sell(tokens: list[Token], at: int) -> Found:
    """`sell half`, `sell 50% of the position`, `sell everything`, `exit the position`; `tokens[at]` is the verb."""
    place = end = skip(tokens, at + 1)
    percent: Decimal | None = None
    outcome: str | None = None
    while kind_at(tokens, place) in (Kind.PART, Kind.NUMBER, Kind.OUTCOME):
        token = tokens[place]
        if token.kind is Kind.PART:
            percent = Decimal(50) if token.value == "half" else None
        elif token.kind is Kind.OUTCOME:
            outcome = token.text.capitalize()
        elif (
            token.quantity is not None
            and token.quantity.unit == "percent"
            and 0 < token.quantity.value <= 100
        ):
            percent = token.quantity.value
        else:
            break
        end = place + 1
        place = skip(tokens, end)
    return Found(Sell(percent, outcome), max(end, at + 1))
