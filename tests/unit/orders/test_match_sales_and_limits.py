"""Sales, limit orders and fill-or-kill on a book: exact, on the right side of every rounding, never better than the book."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.fees import FeeSchedule
from domain.market.order_book import Level, OrderBook
from domain.money import Price, Shares, Usdc
from domain.orders import rounding
from domain.orders.match_order import (
    Match,
    limit_reserve,
    lowest_price,
    match_limit_buy,
    match_limit_sell,
    match_market_buy,
    match_market_sell,
)
from tests.unit.orders.test_match_order import FEES, NOW

Levels = tuple[tuple[str, str], ...]


def book(bids: Levels = (), asks: Levels = (), tick: str = "0.01") -> OrderBook:
    def side(levels: Levels) -> tuple[Level, ...]:
        return tuple(Level(price=Price(Decimal(p)), size=Shares(Decimal(s))) for p, s in levels)

    return OrderBook(
        token_id="t",
        condition_id="c",
        bids=side(bids),
        asks=side(asks),
        tick_size=Decimal(tick),
        min_order_size=Shares(Decimal(5)),
        neg_risk=False,
        venue_time=NOW,
        observed_at=NOW,
    )


def shares(text: str) -> Shares:
    return Shares(Decimal(text))


def price(text: str) -> Price:
    return Price(Decimal(text))


def parts(match: Match) -> list[tuple[str, str]]:
    return [(str(part.price), str(part.shares)) for part in match.taken]


def test_a_market_sale_takes_the_bids_from_the_best_and_pays_the_fee_out_of_the_proceeds() -> None:
    match = match_market_sell(book(bids=(("0.50", "100"), ("0.40", "1000"))), shares("150.009"), FEES)
    assert parts(match) == [("0.50", "100"), ("0.40", "50.00")]
    assert (match.cost, match.complete) == (Decimal(70), True)
    assert match.fee == Decimal("1.00") + Decimal("0.48")


def test_a_sale_stops_at_its_slippage_and_at_its_floor() -> None:
    deep = book(bids=(("0.50", "10"), ("0.48", "10"), ("0.40", "1000")))
    assert parts(match_market_sell(deep, shares("50"), FEES, Decimal("0.05"))) == [
        ("0.50", "10"),
        ("0.48", "10"),
    ]
    assert parts(match_market_sell(deep, shares("50"), FEES, None, price("0.49"))) == [("0.50", "10")]
    assert match_market_sell(deep, shares("50"), FEES, None, price("0.51")).taken == ()
    assert lowest_price(price("0.50"), Decimal("0.01"), Decimal("0.05"), None) == Decimal("0.48")


def test_a_limit_order_takes_only_its_price_or_better_and_the_rest_is_left_to_rest() -> None:
    asks = book(asks=(("0.40", "10"), ("0.41", "10"), ("0.45", "10")))
    bought = match_limit_buy(asks, shares("100.999"), price("0.41"), FEES)
    assert (parts(bought), bought.complete) == ([("0.40", "10"), ("0.41", "10")], False)
    bids = book(bids=(("0.40", "10"), ("0.39", "10")))
    sold = match_limit_sell(bids, shares("8"), price("0.40"), FEES)
    assert (parts(sold), sold.complete) == ([("0.40", "8.00")], True)


def test_fill_or_kill_takes_all_or_nothing() -> None:
    thin = book(asks=(("0.40", "10"),), bids=(("0.39", "10"),))
    assert match_market_buy(thin, Usdc(Decimal(100)), FEES).or_nothing().taken == ()
    assert match_market_sell(thin, shares("11"), FEES).or_nothing().taken == ()
    assert match_market_sell(thin, shares("10"), FEES).or_nothing().shares == 10


def test_an_empty_side_gives_nothing() -> None:
    assert match_market_sell(book(), shares("10"), FEES).taken == ()
    assert match_limit_buy(book(), shares("10"), price("0.5"), FEES).taken == ()


@pytest.mark.parametrize(
    ("given_price", "tick", "below", "above"),
    [
        ("0.455", "0.01", "0.45", "0.46"),
        ("0.455", "0.001", "0.455", "0.455"),
        ("0.4512", "0.0025", "0.4500", "0.4525"),
    ],
)
def test_prices_are_cut_to_the_tick_in_favour_of_whoever_named_them(
    given_price: str, tick: str, below: str, above: str
) -> None:
    assert rounding.price_at_most(Decimal(given_price), Decimal(tick)) == Decimal(below)
    assert rounding.price_at_least(Decimal(given_price), Decimal(tick)) == Decimal(above)
    assert rounding.on_tick(Decimal(below), Decimal(tick))


def test_sizes_and_dollars_are_cut_and_a_price_is_inside_the_ticks() -> None:
    assert rounding.limit_size(Usdc(Decimal(10)), price("0.30")) == Decimal("33.33")
    assert rounding.dollars(Decimal("9.999")) == Decimal("9.99")
    assert rounding.inside_ticks(Decimal("0.99"), Decimal("0.01"))
    assert not rounding.inside_ticks(Decimal("0.995"), Decimal("0.01"))


sides = st.lists(
    st.tuples(st.integers(1, 99), st.decimals("0.000001", "5000", places=6)),
    max_size=12,
    unique_by=lambda level: level[0],
)


@given(
    sides,
    st.decimals("0.01", "9999", places=3),
    st.integers(1, 99),
    st.sampled_from(["0", "0.04", "0.25"]),
    st.sampled_from([1, 2]),
)
def test_no_order_gets_more_or_better_than_the_book_had_nor_costs_more_than_was_set_aside(
    raw: list[tuple[int, Decimal]], wanted: Decimal, cents: int, rate: str, exponent: int
) -> None:
    levels = tuple((str(Decimal(at) / 100), str(size)) for at, size in sorted(raw))
    limit = Price(Decimal(cents) / 100)
    fees = FeeSchedule(rate=Decimal(rate), exponent=exponent)
    asked = rounding.size(wanted)
    bought = match_limit_buy(book(asks=levels), Shares(wanted), limit, fees)
    sold = match_limit_sell(book(bids=levels[::-1]), Shares(wanted), limit, fees)
    dumped = match_market_sell(book(bids=levels[::-1]), Shares(wanted), fees)
    there = {Decimal(at): Decimal(size) for at, size in levels}
    for match in (bought, sold, dumped):
        assert match.shares <= asked
        assert all(part.shares <= there[part.price] for part in match.taken)
        assert match.complete == (match.shares == asked)
    assert all(part.price <= limit for part in bought.taken)
    assert all(part.price >= limit for part in sold.taken)
    assert bought.cost >= sum((part.price * part.shares for part in bought.taken), Decimal(0))
    assert sold.cost <= sum((part.price * part.shares for part in sold.taken), Decimal(0))
    rest = (asked - bought.shares) * limit
    assert bought.cost + bought.fee + rest <= limit_reserve(asked, limit, fees)
