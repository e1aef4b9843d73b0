"""Attaching numbers to items for the nodes behind."""

from decimal import Context, Decimal

from domain.graph.item import Item
from domain.money import plain

RATIO_DIGITS = Context(prec=16)


def ratio(value: Decimal) -> Decimal:
    """A quotient cut to sixteen significant digits: more would only be noise in what is stored."""
    return RATIO_DIGITS.plus(value)


def with_numbers(item: Item, **numbers: Decimal | None) -> Item:
    """The item with these numbers. One that is not known now takes away what an earlier node attached."""
    kept = {name: text for name, text in item.values.items() if name not in numbers}
    known = {name: plain(number) for name, number in numbers.items() if number is not None}
    return Item(item.market_id, {**kept, **known})
