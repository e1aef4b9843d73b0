"""Walking the book: exact, never better than the book, never more than the amount."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.market.fees import FeeSchedule, taker_fee
from domain.market.order_book import Level, OrderBook
from domain.money import Price, Shares, Usdc
from domain.orders.match_order import fee_reserve, match_market_buy, worst_price

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FEES = FeeSchedule(rate=Decimal("0.04"))


def book(*asks: tuple[str, str], tick: str = "0.01") -> OrderBook:
    return OrderBook(
        token_id="t",
        condition_id="c",
        bids=(),
        asks=tuple(Level(price=Price(Decimal(p)), size=Shares(Decimal(s))) for p, s in asks),
        tick_size=Decimal(tick),
        min_order_size=Shares(Decimal(5)),
        neg_risk=False,
        venue_time=NOW,
        observed_at=NOW,
    )


def test_a_market_buy_takes_level_by_level_at_the_books_prices() -> None:
    match = match_market_buy(book(("0.40", "100"), ("0.50", "1000")), Usdc(Decimal("100")), FEES)
    assert [(part.price, part.shares) for part in match.taken] == [
        (Decimal("0.40"), Decimal("100")),
        (Decimal("0.50"), Decimal("120")),
    ]
    assert match.cost == Decimal("100")
    assert match.complete
    # 100 × 0.04 × 0.24 + 120 × 0.04 × 0.25
    assert match.fee == Decimal("0.96") + Decimal("1.2")


def test_a_thin_book_fills_partly_and_an_empty_one_not_at_all() -> None:
    thin = match_market_buy(book(("0.40", "10")), Usdc(Decimal("100")), FEES)
    assert (thin.shares, thin.complete) == (Decimal(10), False)
    assert match_market_buy(book(), Usdc(Decimal("100")), FEES).taken == ()


def test_slippage_stops_at_the_worst_allowed_price() -> None:
    deep = book(("0.40", "10"), ("0.41", "10"), ("0.45", "1000"))
    match = match_market_buy(deep, Usdc(Decimal("100")), FEES, slippage_max=Decimal("0.05"))
    assert [part.price for part in match.taken] == [Decimal("0.40"), Decimal("0.41")]
    assert worst_price(Price(Decimal("0.40")), Decimal("0.01"), Decimal("0.05")) == Decimal("0.42")


def test_the_fee_of_the_documented_example() -> None:
    assert taker_fee(Shares(Decimal(100)), Price(Decimal("0.50")), FEES) == Decimal("1.00000")


levels = st.lists(
    st.tuples(st.integers(1, 99), st.decimals("0.01", "5000", places=2)),
    min_size=0,
    max_size=12,
    unique_by=lambda x: x[0],
)


@given(
    levels,
    st.decimals("1", "10000", places=2),
    st.sampled_from(["0", "0.03", "0.04", "0.05", "0.07", "0.25"]),
    st.sampled_from([1, 2]),
)
def test_never_more_than_the_amount_never_more_than_the_book_never_more_fee_than_reserved(
    raw: list[tuple[int, Decimal]], amount: Decimal, rate: str, exponent: int
) -> None:
    asks = tuple((str(Decimal(cents) / 100), str(size)) for cents, size in sorted(raw))
    fees = FeeSchedule(rate=Decimal(rate), exponent=exponent)
    the_book = book(*asks)
    match = match_market_buy(the_book, Usdc(amount), fees)
    assert match.cost <= amount
    assert match.cost + match.fee <= amount + fee_reserve(Usdc(amount), fees, the_book.tick_size)
    sizes = {level.price: level.size for level in the_book.asks}
    assert all(part.shares <= sizes[part.price] for part in match.taken)
    assert [part.price for part in match.taken] == sorted(part.price for part in match.taken)
    if match.complete and match.taken:
        assert amount - match.cost < Decimal("0.0001")
