"""Profit and loss: what is realised and what is not add up to what was gained on the capital given."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.order_book import Level, OrderBook
from domain.money import Price, Shares, Usdc
from domain.portfolio.ledger import Totals
from domain.portfolio.marks import Basis, Mark, Quote, quote_of
from domain.portfolio.pnl import Account, Pnl, account_pnl, strategy_pnl
from tests.fixed_markets import a_market

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def usdc(text: str) -> Usdc:
    return Usdc(Decimal(text))


def a_mark(shares: str, cost: str, price: str) -> Mark:
    quote = Quote(basis=Basis.BID, price=Price(Decimal(price)), observed_at=NOW)
    return Mark(shares=Shares(Decimal(shares)), cost=usdc(cost), quote=quote)


def a_book(*bids: str) -> OrderBook:
    return OrderBook(
        token_id="m1-yes",
        condition_id="0xm1",
        bids=tuple(Level(price=Price(Decimal(bid)), size=Shares(Decimal(10))) for bid in bids),
        asks=(Level(price=Price(Decimal("0.6")), size=Shares(Decimal(10))),),
        tick_size=Decimal("0.01"),
        min_order_size=Shares(Decimal(5)),
        neg_risk=False,
        venue_time=None,
        observed_at=NOW,
    )


amounts = st.decimals("0", "5000", places=6).map(Usdc)
signed = st.decimals("-5000", "5000", places=6).map(Usdc)
marks = st.lists(
    st.builds(
        lambda shares, cost, price: a_mark(str(shares), str(cost), str(price)),
        st.decimals("0.000001", "10000", places=6),
        st.decimals("0", "4000", places=6),
        st.decimals("0", "1", places=3),
    ),
    max_size=4,
)


@st.composite
def books(draw: st.DrawFn) -> tuple[Totals, list[Mark]]:
    """Totals that add up, and positions that cost what is deployed."""
    held = draw(marks)
    parts = {name: draw(amounts) for name in ("available", "reserved", "settling", "shortfall")}
    realised = draw(signed)
    deployed = sum((mark.cost for mark in held), Decimal(0))
    allocated = (
        parts["available"] + parts["reserved"] + parts["settling"] + deployed - parts["shortfall"] - realised
    )
    totals = Totals(allocated=Usdc(allocated), deployed=Usdc(deployed), realised_pnl=realised, **parts)
    assert totals.balanced()
    return totals, held


@given(books())
def test_realised_and_unrealised_are_equity_less_net_capital_given(drawn: tuple[Totals, list[Mark]]) -> None:
    totals, held = drawn
    found = strategy_pnl(totals, held)
    assert found.realised + found.unrealised == found.equity - found.given == found.total


@given(books())
def test_equity_is_money_and_marks(drawn: tuple[Totals, list[Mark]]) -> None:
    totals, held = drawn
    money = totals.available + totals.reserved + totals.settling - totals.shortfall
    found = strategy_pnl(totals, held)
    assert found.equity == money + sum((mark.value for mark in held), Decimal(0))
    for mark in held:
        assert mark.value <= mark.shares * mark.quote.price < mark.value + Decimal("0.000001")


@given(st.lists(books(), max_size=3), amounts, amounts)
def test_an_account_is_its_cash_and_its_strategies(
    drawn: list[tuple[Totals, list[Mark]]], cash: Usdc, came_in: Usdc
) -> None:
    each = [strategy_pnl(totals, held) for totals, held in drawn]
    found = account_pnl(Account(cash=cash, given=came_in), each)
    assert found.equity == cash + sum((pnl.equity for pnl in each), Decimal(0))
    assert found.realised + found.unrealised == found.equity - found.given
    assert found.unrealised == sum((pnl.unrealised for pnl in each), Decimal(0))


def test_what_a_deleted_strategy_gained_stays_in_the_account() -> None:
    left = Pnl(
        given=usdc("100"), realised=usdc("5"), unrealised=usdc("-2"), fees=usdc("1"), equity=usdc("103")
    )
    # 1000 came in, 100 of it is with the strategy; one that is gone left 20 of profit in the cash.
    found = account_pnl(Account(cash=usdc("920"), given=usdc("1000")), [left])
    assert (found.realised, found.unrealised, found.equity) == (usdc("25"), usdc("-2"), usdc("1023"))


def test_the_return_is_of_the_net_capital_given_and_unknown_without_any() -> None:
    gained = Pnl(
        given=usdc("200"), realised=usdc("30"), unrealised=usdc("-5"), fees=usdc("1"), equity=usdc("225")
    )
    assert gained.roi_ratio == Decimal("0.125")
    assert gained.model_copy(update={"given": usdc("0")}).roi_ratio is None
    assert gained.model_copy(update={"given": usdc("-10")}).roi_ratio is None


def test_a_position_is_marked_at_the_best_bid_and_at_nothing_without_one() -> None:
    at_bid = quote_of("m1-yes", a_book("0.52", "0.5"), None, NOW)
    assert (at_bid.basis, at_bid.price) == (Basis.BID, Decimal("0.52"))
    nobody = quote_of("m1-yes", a_book(), a_market("m1"), NOW)
    assert nobody.basis is Basis.NO_BID
    assert nobody.price == 0
    held = Mark(shares=Shares(Decimal(10)), cost=usdc("4"), quote=nobody)
    assert held.value == 0
    assert held.unrealised == -4


@pytest.mark.parametrize(("closed", "basis", "price"), [(True, "closed", "0.4"), (False, "unknown", "0")])
def test_without_a_book_a_closed_market_counts_at_its_price_and_another_is_unknown(
    closed: bool, basis: str, price: str
) -> None:
    market = a_market("m1", price="0.40").model_copy(update={"closed": closed})
    found = quote_of("m1-yes", None, market, NOW)
    assert (found.basis, found.price) == (basis, Decimal(price))
    assert quote_of("m1-yes", None, None, NOW).basis is Basis.UNKNOWN
