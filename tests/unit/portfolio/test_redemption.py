"""What shares of an ended market pay goes where it belongs, to the last millionth."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.repositories.resolution_settlement import dollars
from domain.money import Price, Shares, Usdc, proceeds_of
from domain.portfolio import moves
from domain.portfolio.ledger import Totals, after

STRATEGY, REDEMPTION = UUID(int=1), UUID(int=2)


def usdc(text: str) -> Usdc:
    return Usdc(Decimal(text))


@given(
    payout=st.sampled_from(["0", "0.5", "1"]).map(Decimal),
    shares=st.decimals("0.000001", "100000", places=6),
    cost=st.decimals("0", "100000", places=6),
    shortfall=st.decimals("0", "100", places=6),
    final=st.booleans(),
)
def test_cost_leaves_deployed_and_payment_less_cost_is_the_profit(
    payout: Decimal, shares: Decimal, cost: Decimal, shortfall: Decimal, final: bool
) -> None:
    before = Totals(allocated=Usdc(cost - shortfall), deployed=Usdc(cost), shortfall=Usdc(shortfall))
    paid = moves.Sold(gross=proceeds_of(Price(payout), Shares(shares)), fee=usdc("0"), cost=Usdc(cost))
    assert 0 <= payout * shares - paid.gross < Decimal("0.000001")
    made = moves.resolved(REDEMPTION, STRATEGY, paid, before, "ended", final=final)
    now = after(before, STRATEGY, made)
    assert now.deployed == 0
    assert now.realised_pnl == paid.gross - cost
    assert now.available + now.settling + (before.shortfall - now.shortfall) == paid.gross
    assert (now.available == 0 and now.shortfall == before.shortfall) if not final else now.settling == 0
    assert now.allocated == before.allocated
    assert len({(move.reference_id, move.kind) for move in made}) == len(made)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("12.3", "+$12.30"), ("-4.125", "−$4.12"), ("0", "$0.00"), ("-0.004", "$0.00"), ("1234.5", "+$1234.50")],
)
def test_a_gain_or_loss_is_told_to_the_cent(amount: str, shown: str) -> None:
    assert dollars(usdc(amount)) == shown
