"""Lots leave oldest first, and their costs add up to the last digit."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvariantViolation
from domain.money import Shares, Usdc
from domain.portfolio.lots import Lot, split_by_shares, take_oldest


def lot(number: int, shares: str, cost: str) -> Lot:
    return Lot(id=UUID(int=number), shares=Shares(Decimal(shares)), cost=Usdc(Decimal(cost)))


def test_the_oldest_lot_is_sold_first_and_a_part_of_the_next() -> None:
    parts = take_oldest([lot(1, "10", "4"), lot(2, "20", "10")], Shares(Decimal(15)))
    assert [(part.lot_id.int, part.shares, part.cost) for part in parts] == [
        (1, Decimal(10), Decimal(4)),
        (2, Decimal(5), Decimal("2.5")),
    ]


def test_more_than_is_held_cannot_be_sold() -> None:
    with pytest.raises(InvariantViolation):
        take_oldest([lot(1, "10", "4")], Shares(Decimal("10.000001")))


shares = st.decimals("0.0001", "1000", places=4)
costs = st.decimals("0.000001", "900", places=6)


@given(st.lists(st.tuples(shares, costs), min_size=1, max_size=5), st.data())
def test_sold_in_any_parts_the_costs_add_up_to_what_was_paid(
    raw: list[tuple[Decimal, Decimal]], data: st.DataObject
) -> None:
    lots = [lot(index, str(held), str(cost)) for index, (held, cost) in enumerate(raw)]
    total = sum((each.cost for each in lots), Decimal(0))
    taken = Decimal(0)
    while lots:
        held = sum((each.shares for each in lots), Decimal(0))
        wanted = data.draw(st.one_of(st.just(held), st.decimals("0.0001", held, places=4)))
        parts = {part.lot_id: part for part in take_oldest(lots, Shares(wanted))}
        assert sum((part.shares for part in parts.values()), Decimal(0)) == wanted
        taken += sum((part.cost for part in parts.values()), Decimal(0))
        left = [
            each.model_copy(
                update={
                    "shares": each.shares - parts[each.id].shares,
                    "cost": each.cost - parts[each.id].cost,
                }
            )
            if each.id in parts
            else each
            for each in lots
        ]
        assert all(each.cost >= 0 for each in left)
        lots = [each for each in left if each.shares > 0]
    assert taken == total


@given(costs, st.lists(shares, min_size=1, max_size=6))
def test_proceeds_are_divided_without_losing_a_micro_dollar(total: Decimal, held: list[Decimal]) -> None:
    lots = [lot(index, str(each), "1") for index, each in enumerate(held)]
    parts = take_oldest(lots, Shares(sum(held, Decimal(0))))
    assert sum(split_by_shares(Usdc(total), parts), Decimal(0)) == total
