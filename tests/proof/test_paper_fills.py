"""Paper fills on recorded books of real markets equal a separate calculation by the exchange's rules, to the last digit."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from domain.market.fees import FeeSchedule
from domain.market.order_book import OrderBook
from domain.money import Price, Shares, Usdc
from domain.orders.match_order import (
    Match,
    match_limit_buy,
    match_limit_sell,
    match_market_buy,
    match_market_sell,
)
from tests.proof import fill_rules
from tests.proof.fill_rules import Fee, Outcome
from tests.proof.recorded_books import ProductsEyes, Recorded, recorded

EVERY = 131
"""Of some 18,800 snapshots in the ordinary run."""
AMOUNTS = ("1", "5.37", "40", "777.77", "25000.019", "1000000")
SLIPPAGES = (None, "0", "0.021", "0.1", "3")
SIZES = ("5", "17.999", "250.55", "12345.6789", "1000000")
FLOORS = (None, "0", "-2", "-25", "3")
"""In ticks above the best bid."""
FEES = (("0.07", 1), ("0.25", 2), ("0", 1), ("0.04", 1))


@pytest.fixture(scope="session")
def folder(shared_data: Path) -> Path:
    return shared_data / "resolvedkit-btc15m-books"


@dataclass(frozen=True)
class Books:
    """Recorded snapshots, and the same as the product sees them."""

    folder: Path
    eyes: ProductsEyes
    every: int

    def __iter__(self) -> Iterator[tuple[int, Recorded, OrderBook]]:
        for index, snapshot in enumerate(recorded(self.folder, self.every)):
            book = self.eyes.book(snapshot)
            if book is not None:
                yield index, snapshot, book


@pytest.fixture(scope="session")
def some(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Books:
    return Books(folder, ProductsEyes(folder, tmp_path_factory.mktemp("some"), EVERY), EVERY)


@pytest.fixture(scope="session")
def every_one(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Books:
    return Books(folder, ProductsEyes(folder, tmp_path_factory.mktemp("all")), 1)


def as_parts(match: Match) -> list[tuple[Fraction, Fraction, Fraction, Fraction]]:
    return [tuple(map(Fraction, (t.price, t.shares, t.cost, t.fee))) for t in match.taken]  # type: ignore[misc]


def parts_of(outcome: Outcome) -> list[tuple[Fraction, Fraction, Fraction, Fraction]]:
    return [(part.price, part.shares, part.dollars, part.fee) for part in outcome.parts]


def fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def market_buys_agree(books: Books) -> int:
    """How many orders were compared."""
    kinds = list(product(AMOUNTS, SLIPPAGES, FEES))
    compared = 0
    for index, snapshot, book in books:
        for amount, slippage, (rate, exponent) in kinds[index % 7 :: 7]:
            wanted = fill_rules.market_buy(
                snapshot.asks,
                Fraction(amount),
                Fee(Fraction(rate), exponent),
                snapshot.tick,
                fraction(slippage),
            )
            fees = FeeSchedule(rate=Decimal(rate), exponent=exponent)
            match = match_market_buy(book, Usdc(Decimal(amount)), fees, decimal(slippage))
            order = (snapshot, amount, slippage, rate, exponent)
            assert as_parts(match) == parts_of(wanted), order
            assert match.complete == wanted.whole, order
            compared += 1
    return compared


def sells_agree(books: Books) -> int:
    """Market sells with and without floor and slippage, all-or-nothing too, and limit orders as they arrive."""
    kinds = list(product(SIZES, SLIPPAGES, FLOORS, FEES))
    compared = 0
    for index, snapshot, book in books:
        if book.best_bid is None or book.best_ask is None:
            continue
        for size, slippage, floor, (rate, exponent) in kinds[index % 23 :: 23]:
            fee, fees = (
                Fee(Fraction(rate), exponent),
                FeeSchedule(rate=Decimal(rate), exponent=exponent),
            )
            worst = None if floor is None else Decimal(floor) * book.tick_size + book.best_bid
            wanted = fill_rules.market_sell(
                snapshot.bids,
                Fraction(size),
                fee,
                snapshot.tick,
                None if worst is None else Fraction(worst),
                fraction(slippage),
            )
            match = match_market_sell(
                book,
                Shares(Decimal(size)),
                fees,
                decimal(slippage),
                Price(worst) if worst is not None else None,
            )
            order = (snapshot, size, slippage, worst, rate, exponent)
            assert (as_parts(match), match.complete) == (parts_of(wanted), wanted.whole), order
            killed = match.or_nothing()
            assert bool(killed.taken) == bool(match.taken and wanted.whole), order
            compared += 1 + limits_agree(snapshot, book, size, slippage, fee, fees)
    return compared


def limits_agree(
    snapshot: Recorded, book: OrderBook, size: str, far: str | None, fee: Fee, fees: FeeSchedule
) -> int:
    """A limit order on each side, so far into the other side of the book."""
    ticks = {None: 0, "0": 1, "0.021": 3, "0.1": -1, "3": 40}[far]
    tick = book.tick_size
    assert book.best_ask is not None
    assert book.best_bid is not None
    buy = min(max(book.best_ask + ticks * tick, tick), 1 - tick)
    sell = min(max(book.best_bid - ticks * tick, tick), 1 - tick)
    bought = match_limit_buy(book, Shares(Decimal(size)), Price(buy), fees)
    wanted = fill_rules.limit_buy(snapshot.asks, Fraction(size), Fraction(buy), fee)
    assert (as_parts(bought), bought.complete) == (parts_of(wanted), wanted.whole), (snapshot, size, buy)
    sold = match_limit_sell(book, Shares(Decimal(size)), Price(sell), fees)
    wanted = fill_rules.limit_sell(snapshot.bids, Fraction(size), Fraction(sell), fee)
    assert (as_parts(sold), sold.complete) == (parts_of(wanted), wanted.whole), (snapshot, size, sell)
    return 2


def test_market_buys_on_recorded_books_equal_the_separate_calculation(some: Books) -> None:
    assert market_buys_agree(some) > 2_000


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_market_buys_on_every_recorded_book_equal_the_separate_calculation(every_one: Books) -> None:
    assert market_buys_agree(every_one) > 200_000


def test_sells_and_arriving_limit_orders_on_recorded_books_equal_the_separate_calculation(
    some: Books,
) -> None:
    assert sells_agree(some) > 4_000


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_sells_and_arriving_limit_orders_on_every_recorded_book_equal_the_separate_calculation(
    every_one: Books,
) -> None:
    assert sells_agree(every_one) > 400_000
