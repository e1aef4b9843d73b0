"""An entry that still rests when all its shares were sold: what it gets then is another position of the same trade."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from db.models import Position
from tests.proof.trading_floor import TradingFloor
from tests.proof.trading_machine import Trading


@pytest.fixture
def trading(proof_address: str) -> Iterator[Trading]:
    floor = TradingFloor(proof_address)
    machine: type[Trading] = type("OnThisFloor", (Trading,), {"floor": floor})
    found = machine()
    found.open()
    yield found
    floor.close()


def in_order(trading: Trading) -> None:
    trading.the_books_computed_again_agree()
    trading.money_is_conserved()


def test_shares_that_come_after_everything_was_sold_are_another_position_of_the_same_trade(
    trading: Trading,
) -> None:
    trading.market_moves("m1", 40, 2_000)
    trading.plan(0, "m1", Decimal(60), order_type="limit", time_in_force="GTC", limit_price=Decimal("0.406"))
    trading.orders_go_on()
    in_order(trading)
    trading.position_is_left(0, "user")
    in_order(trading)
    assert trading.open_positions() == []
    for ticks in (-4, -4):
        trading.market_drifts("m1", ticks)
        trading.orders_go_on()
        in_order(trading)
    positions = sorted(trading.floor.all(Position), key=lambda position: position.sequence)
    assert [position.sequence for position in positions] == [1, 2]
    assert positions[1].shares > 0
    trading.position_is_left(0, "stop_loss")
    in_order(trading)
