"""Fills that the chain takes back, one after the other: money and shares are conserved, and the books computed again agree."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.proof.trading_floor import TradingFloor
from tests.proof.trading_machine import Trading


@pytest.fixture
def trading(proof_address: str) -> Iterator[Trading]:
    floor = TradingFloor(proof_address)
    machine: type[Trading] = type("OnThisFloor", (Trading,), {"floor": floor})
    found = machine()
    found.open()
    found.buys(0, "m1", Decimal(20))
    yield found
    floor.close()


def all_fail(trading: Trading, *numbers: int) -> None:
    """Odd numbers: which fill, from 0."""
    for number in numbers:
        trading.a_fill_fails_on_the_chain(2 * number + 1, False)
        trading.the_books_computed_again_agree()
        trading.money_is_conserved()


def test_a_purchase_that_fails_leaves_nothing(trading: Trading) -> None:
    all_fail(trading, 0)
    assert trading.open_positions() == []


def test_a_sale_and_then_its_purchase_that_fail_leave_nothing(trading: Trading) -> None:
    trading.position_is_left(0, "stop_loss")
    all_fail(trading, 1, 0)


def test_a_resting_purchase_that_fails_beside_others_leaves_those(trading: Trading) -> None:
    trading.an_order_rests_and_the_market_comes_to_it(0, "m1", Decimal(30))
    all_fail(trading, 0, 1)
