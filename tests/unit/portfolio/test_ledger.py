"""Money is conserved under any sequence of things that happen to it, and nothing falls below zero."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.errors import InvariantViolation
from domain.money import Usdc
from domain.portfolio import moves
from domain.portfolio.ledger import Ledger, Move, Totals, after, cash_after

USER = UUID(int=1)
A, B = UUID(int=10), UUID(int=11)
OPENING = Usdc(Decimal(10_000))


def usdc(text: str) -> Usdc:
    return Usdc(Decimal(text))


cents = st.decimals("0.01", "3000", places=2).map(Usdc)
micros = st.decimals("0.000001", "400", places=6).map(Usdc)
fees = st.decimals("0", "5", places=5).map(Usdc)
either = st.sampled_from([A, B])


@dataclass
class OpenOrder:
    strategy: UUID
    left: Usdc


@dataclass
class Lot:
    strategy: UUID
    cost: Usdc


class Books(RuleBasedStateMachine):
    """A user with two strategies; what the database does under locks happens here one after another."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.booked: list[Move] = []
        self.cash = Usdc(Decimal(0))
        self.totals = {A: Totals(), B: Totals()}
        self.orders: list[OpenOrder] = []
        self.lots: list[Lot] = []
        self.settling: list[tuple[UUID, Usdc]] = []
        self.book(moves.opening(USER, OPENING, "paper"))

    def new_reference(self) -> UUID:
        self.count += 1
        return uuid5(USER, str(self.count))

    def book(self, made: list[Move]) -> None:
        self.cash = cash_after(self.cash, made)
        self.totals = {each: after(totals, each, made) for each, totals in self.totals.items()}
        self.booked += made

    @rule(strategy=either, amount=cents)
    def give(self, strategy: UUID, amount: Usdc) -> None:
        if amount <= self.cash:
            self.book(moves.give(self.new_reference(), strategy, amount, self.totals[strategy], "given"))

    @rule(strategy=either, amount=cents)
    def take_back(self, strategy: UUID, amount: Usdc) -> None:
        if amount <= self.totals[strategy].available:
            self.book(moves.take_back(self.new_reference(), strategy, amount, "taken back"))

    @rule(amount=cents, giver=either)
    def rebalance(self, amount: Usdc, giver: UUID) -> None:
        taker = B if giver == A else A
        if amount <= self.totals[giver].available:
            made = moves.rebalance(
                self.new_reference(), giver, taker, amount, self.totals[taker], "rebalanced"
            )
            self.book(made)

    @rule(strategy=either, amount=cents)
    def reserve(self, strategy: UUID, amount: Usdc) -> None:
        if amount <= self.totals[strategy].available:
            self.book(moves.reserve(self.new_reference(), strategy, amount, "an order"))
            self.orders.append(OpenOrder(strategy, amount))

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), amount=micros, fee=fees)
    def fill(self, data: st.DataObject, amount: Usdc, fee: Usdc) -> None:
        """Also for more than was reserved: the venue's facts are always booked."""
        order = data.draw(st.sampled_from(self.orders))
        self.book(moves.bought(self.new_reference(), order.strategy, amount, fee, order.left, "a fill"))
        order.left = Usdc(max(order.left - amount - fee, Decimal(0)))
        self.lots.append(Lot(order.strategy, Usdc(amount + fee)))

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(self.orders))
        self.orders.remove(order)
        self.book(moves.release(self.new_reference(), order.strategy, order.left, "the rest"))

    @precondition(lambda self: self.lots)
    @rule(data=st.data(), gross=micros, fee=fees, final=st.booleans())
    def sell(self, data: st.DataObject, gross: Usdc, fee: Usdc, final: bool) -> None:
        lot = data.draw(st.sampled_from(self.lots))
        self.lots.remove(lot)
        sale = moves.Sold(gross=gross, fee=min(fee, gross), cost=lot.cost)
        before = self.totals[lot.strategy].realised_pnl
        self.book(moves.sold(self.new_reference(), lot.strategy, sale, "a sale", final=final))
        assert self.totals[lot.strategy].realised_pnl - before == sale.pnl
        if not final:
            self.settling.append((lot.strategy, sale.net))

    @precondition(lambda self: self.lots)
    @rule(data=st.data(), gross=micros | st.just(Usdc(Decimal(0))), final=st.booleans())
    def market_ends(self, data: st.DataObject, gross: Usdc, final: bool) -> None:
        lot = data.draw(st.sampled_from(self.lots))
        self.lots.remove(lot)
        paid = moves.Sold(gross=gross, fee=Usdc(Decimal(0)), cost=lot.cost)
        before = self.totals[lot.strategy]
        reference = self.new_reference()
        self.book(moves.resolved(reference, lot.strategy, paid, before, "the market ended", final=final))
        now = self.totals[lot.strategy]
        assert now.realised_pnl - before.realised_pnl == paid.pnl
        assert before.deployed - now.deployed == lot.cost
        if final:
            covered = before.shortfall - now.shortfall
            assert covered == min(before.shortfall, before.available + gross)
        else:
            self.settling.append((lot.strategy, gross))

    @precondition(lambda self: self.settling)
    @rule()
    def settle(self) -> None:
        strategy, amount = self.settling.pop()
        made = moves.settled(self.new_reference(), strategy, amount, self.totals[strategy], "confirmed")
        self.book(made)

    @rule(strategy=either)
    def cover(self, strategy: UUID) -> None:
        self.book(moves.cover(self.new_reference(), strategy, self.totals[strategy]))

    @precondition(lambda self: self.lots)
    @rule(data=st.data())
    def resolve_worthless(self, data: st.DataObject) -> None:
        lot = data.draw(st.sampled_from(self.lots))
        self.lots.remove(lot)
        sale = moves.Sold(gross=usdc("0"), fee=usdc("0"), cost=lot.cost)
        self.book(moves.sold(self.new_reference(), lot.strategy, sale, "lost", final=True))

    @invariant()
    def every_strategy_adds_up_and_nothing_is_below_zero(self) -> None:
        assert all(totals.sound() for totals in self.totals.values())
        assert self.cash >= 0

    @invariant()
    def money_is_conserved(self) -> None:
        gained = sum((totals.realised_pnl for totals in self.totals.values()), Decimal(0))
        given = sum((totals.allocated for totals in self.totals.values()), Decimal(0))
        assert self.cash + given == OPENING
        held = sum(
            (t.available + t.reserved + t.deployed + t.settling - t.shortfall for t in self.totals.values()),
            Decimal(0),
        )
        assert self.cash + held == OPENING + gained

    @invariant()
    def totals_are_what_the_entries_add_up_to(self) -> None:
        for strategy, totals in self.totals.items():
            assert totals.deployed == self.balance(strategy, Ledger.DEPLOYED)
            assert totals.reserved == self.balance(strategy, Ledger.RESERVED)
            assert self.balance(strategy, Ledger.FEES) == 0

    @invariant()
    def deployed_is_what_the_lots_cost_and_reserved_what_the_orders_need(self) -> None:
        for strategy, totals in self.totals.items():
            assert totals.deployed == sum(
                (lot.cost for lot in self.lots if lot.strategy == strategy), Decimal(0)
            )
            assert totals.reserved == sum(
                (order.left for order in self.orders if order.strategy == strategy), Decimal(0)
            )

    def balance(self, strategy: UUID, ledger: Ledger) -> Decimal:
        total = Decimal(0)
        for move in self.booked:
            if (move.debit.strategy_id, move.debit.ledger) == (strategy, ledger):
                total += move.amount
            if (move.credit.strategy_id, move.credit.ledger) == (strategy, ledger):
                total -= move.amount
        return total


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_a_purchase_carries_its_fee_inside_the_cost() -> None:
    totals = after(Totals(), A, moves.give(UUID(int=2), A, usdc("500"), Totals(), "given"))
    totals = after(totals, A, moves.reserve(UUID(int=3), A, usdc("104"), "order"))
    totals = after(totals, A, moves.bought(UUID(int=3), A, usdc("99.9"), usdc("2.4"), usdc("104"), "fill"))
    totals = after(totals, A, moves.release(UUID(int=3), A, usdc("1.7"), "rest"))
    assert (totals.available, totals.reserved, totals.deployed) == (usdc("397.7"), usdc("0"), usdc("102.3"))
    assert totals.fees_paid == usdc("2.4")


def test_what_exceeds_the_reservation_is_a_shortfall_and_new_capital_covers_it_first() -> None:
    totals = after(Totals(), A, moves.give(UUID(int=2), A, usdc("10"), Totals(), "given"))
    totals = after(totals, A, moves.reserve(UUID(int=3), A, usdc("10"), "order"))
    totals = after(totals, A, moves.bought(UUID(int=3), A, usdc("12"), usdc("0.5"), usdc("10"), "fill"))
    assert (totals.shortfall, totals.deployed, totals.available) == (usdc("2.5"), usdc("12.5"), usdc("0"))
    totals = after(totals, A, moves.give(UUID(int=4), A, usdc("6"), totals, "more"))
    assert (totals.shortfall, totals.available) == (usdc("0"), usdc("3.5"))


def test_a_sale_books_gain_and_loss_net_of_its_fee() -> None:
    totals = Totals(allocated=usdc("100"), deployed=usdc("100"))
    won = moves.Sold(gross=usdc("130"), fee=usdc("1"), cost=usdc("100"))
    gained = after(totals, A, moves.sold(UUID(int=5), A, won, "sold", final=True))
    assert (gained.available, gained.realised_pnl, gained.deployed) == (usdc("129"), usdc("29"), usdc("0"))
    lost = moves.Sold(gross=usdc("70"), fee=usdc("1"), cost=usdc("100"))
    fallen = after(totals, A, moves.sold(UUID(int=5), A, lost, "sold", final=False))
    assert (fallen.settling, fallen.realised_pnl) == (usdc("69"), usdc("-31"))


def test_a_reversed_move_leaves_the_books_as_they_were() -> None:
    totals = Totals(allocated=usdc("50"), available=usdc("50"))
    made = moves.reserve(UUID(int=6), A, usdc("20"), "order")
    undone = [moves.reversed_move(move, "failed on chain") for move in made]
    assert after(after(totals, A, made), A, undone) == totals


def test_a_move_that_would_leave_less_than_nothing_is_refused() -> None:
    with pytest.raises(InvariantViolation):
        after(Totals(), A, moves.reserve(UUID(int=7), A, usdc("1"), "order"))
    with pytest.raises(InvariantViolation):
        cash_after(usdc("1"), moves.give(UUID(int=8), A, usdc("2"), Totals(), "given"))
