"""Everything that can happen to orders, positions and markets, one step after another, with crashes anywhere."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)

from db.models import Order, Position, Strategy, Withdrawal
from db.repositories import orders
from db.repositories.exit_requests import request_exit
from db.repositories.fill_settlement import reverse_fill
from db.repositories.order_cancellation import request_cancel
from db.repositories.position_exits import lock_for_exit
from db.repositories.withdrawals import begin_withdrawal
from db.session import WriteSession
from domain.money import Price
from domain.orders.next_step import next_step
from tests.desk import now
from tests.ended_markets import say
from tests.proof.funded_desk import (
    ENDS,
    MARKETS,
    NEXT,
    OPENING,
    FundedDesk,
    crashes,
    failures,
    picks,
    strategies,
)
from tests.proof.trading_floor import (
    STEPS,
    guard_step,
    order_step,
    resolution_round,
    withdrawal_look,
)


class Trading(FundedDesk):
    """What must hold is checked after every step."""

    # Orders

    def plan(self, strategy: int, market: str, amount: Decimal, **fields: Any) -> UUID:
        work = self.floor.desk.plan(
            self.strategy(strategy), str(amount), market, source=self.source, **fields
        )
        return self.floor.run(work)

    @rule(
        strategy=strategies,
        market=st.sampled_from(MARKETS),
        amount=st.decimals("1", "150", places=2),
        time_in_force=st.sampled_from(["FAK", "FAK", "FOK"]),
        slippage=st.sampled_from([None, "0", "0.03"]),
    )
    def want_to_buy(
        self, strategy: int, market: str, amount: Decimal, time_in_force: str, slippage: str | None
    ) -> None:
        far = None if slippage is None else Decimal(slippage)
        self.plan(strategy, market, amount, time_in_force=time_in_force, slippage_max=far)

    @rule(
        strategy=strategies,
        market=st.sampled_from(MARKETS),
        amount=st.decimals("5", "90", places=2),
        ticks=st.integers(-30, 30),
        lives=st.sampled_from([None, 0, 3600]),
        post_only=crashes,
    )
    def want_to_buy_at_a_limit(
        self, strategy: int, market: str, amount: Decimal, ticks: int, lives: int | None, post_only: bool
    ) -> None:
        price = self.floor.desk.markets.all[market].outcomes[0].price + Decimal(ticks) / 1000
        self.plan(
            strategy,
            market,
            amount,
            order_type="limit",
            time_in_force="GTC" if lives is None else "GTD",
            expires_after_seconds=lives,
            limit_price=min(max(price, Decimal("0.001")), Decimal("0.999")),
            post_only=post_only,
        )

    @rule(strategy=strategies, market=st.sampled_from(MARKETS), amount=st.decimals("5", "90", places=2))
    def buys(self, strategy: int, market: str, amount: Decimal) -> None:
        """Wanted and done."""
        self.plan(strategy, market, amount)
        self.orders_go_on()

    def open_orders(self) -> list[Order]:
        return [order for order in self.floor.all(Order) if order.final_at is None]

    def step_of(self, order: Order) -> str | None:
        return NEXT.get(next_step(order.status, final=order.final_at is not None))

    @rule(number=picks, fail_at=failures)
    def order_goes_on(self, number: int, fail_at: int | None) -> None:
        order = self.pick(self.open_orders(), number)
        if order is not None:
            self.floor.activity(order_step(self.step_of(order) or "track", order), fail_at)

    @rule(number=picks, step=st.sampled_from(STEPS), fail_at=failures)
    def any_step_of_any_order_again(self, number: int, step: str, fail_at: int | None) -> None:
        order = self.pick(self.floor.all(Order), number)
        if order is not None:
            self.floor.activity(order_step(step, order), fail_at)

    @rule()
    def orders_go_on(self) -> None:
        """All of them as far as the market of the moment lets them."""
        for _ in range(5):
            waiting = [order for order in self.open_orders() if order.status != "live"]
            for order in waiting or self.open_orders():
                self.floor.activity(order_step(self.step_of(order) or "track", order))
            if not waiting:
                return

    @rule(number=picks, crash=crashes)
    def cancel(self, number: int, crash: bool) -> None:
        order = self.pick(self.open_orders(), number)
        if order is None:
            return

        async def work(session: WriteSession) -> None:
            locked = await orders.lock_order(session, order.id)
            assert locked is not None
            await request_cancel(session, locked, "user", "cancelled by the user", now())

        self.floor.write(work, crash=crash)

    # Exits

    def open_positions(self) -> list[Position]:
        return [position for position in self.floor.all(Position) if position.closed_at is None]

    @rule(
        number=picks,
        who=st.sampled_from(["user", "flatten", "stop_loss", "take_profit", "node:exit"]),
        ratio=st.sampled_from([None, "0.25", "0.5"]),
        floor=st.sampled_from([None, "0.3"]),
        crash=crashes,
    )
    def want_to_leave(self, number: int, who: str, ratio: str | None, floor: str | None, crash: bool) -> None:
        position = self.pick(self.open_positions(), number)
        if position is None:
            return

        async def work(session: WriteSession) -> None:
            locked = await lock_for_exit(session, position.id)
            assert locked is not None
            await request_exit(
                session,
                locked,
                rule=who,
                part_ratio=None if ratio is None or who == "flatten" else Decimal(ratio),
                price_floor=None if floor is None else Price(Decimal(floor)),
                persistent=who in ("flatten", "stop_loss"),
                reason="test",
                now=now(),
            )

        self.floor.write(work, crash=crash)

    @rule(number=picks, fail_at=failures)
    def guard_looks(self, number: int, fail_at: int | None) -> None:
        position = self.pick(self.floor.all(Position), number)
        if position is not None:
            self.floor.activity(guard_step(position), fail_at)

    @precondition(lambda self: self.open_positions())
    @rule(number=picks, who=st.sampled_from(["user", "flatten", "stop_loss"]))
    def position_is_left(self, number: int, who: str) -> None:
        """Asked for, guarded, sold: to the end."""
        position = self.pick(self.open_positions(), number)
        self.want_to_leave(number, who, None, None, False)
        for _ in range(2):
            self.floor.activity(guard_step(position))
            self.orders_go_on()
        self.floor.activity(guard_step(position))

    @rule(strategy=strategies, market=st.sampled_from(MARKETS), amount=st.decimals("5", "90", places=2))
    def an_order_rests_and_the_market_comes_to_it(self, strategy: int, market: str, amount: Decimal) -> None:
        self.want_to_buy_at_a_limit(strategy, market, amount, -2, None, False)
        self.orders_go_on()
        self.market_drifts(market, -9)
        self.orders_go_on()

    # Withdrawals

    @rule(strategy=strategies, patient=crashes, crash=crashes)
    def withdraw(self, strategy: int, patient: bool, crash: bool) -> None:
        """Everything is to be sold and to go back; who is not patient ends it with what it has."""
        chosen = self.strategy(strategy)
        if any(w.strategy_id == chosen and w.finished_at is None for w in self.floor.all(Withdrawal)):
            return

        async def work(session: WriteSession) -> None:
            row = await session.get_one(Strategy, chosen, with_for_update=True)
            row.status = row.desired_state = "stopped"
            until = now() + (timedelta(days=7) if patient else timedelta(0))
            await begin_withdrawal(session, row, uuid4(), until, now())

        self.floor.write(work, crash=crash)

    @rule(number=picks, fail_at=failures)
    def withdrawal_looks(self, number: int, fail_at: int | None) -> None:
        withdrawal = self.pick(self.floor.all(Withdrawal), number)
        if withdrawal is not None:
            self.floor.activity(withdrawal_look(withdrawal), fail_at)

    # The chain

    @rule(number=picks, crash=crashes)
    def a_fill_fails_on_the_chain(self, number: int, crash: bool) -> None:
        """Of any order, also of one that is over and whose shares were sold; told twice."""
        fill = self.pick(self.floor.fills(), number) if number % 2 else None
        if fill is None:
            return

        async def work(session: WriteSession) -> None:
            locked = await orders.lock_order(session, fill.order_id)
            assert locked is not None
            await reverse_fill(session, locked, fill.venue_trade_id, now())

        for once in (crash, False, False):
            self.floor.write(work, crash=once)

    # The end of a market

    @rule(market=st.sampled_from(MARKETS), how=st.sampled_from([*ENDS]))
    def market_ends(self, market: str, how: str) -> None:
        price, word = ENDS[how]
        if not self.floor.desk.markets.all[market].closed:
            say(self.floor.desk, market, price, word, "proposed", closed=True)

    @rule(number=picks, how=st.sampled_from([*ENDS]), fail_at=failures)
    def a_market_ends_that_somebody_holds(self, number: int, how: str, fail_at: int | None) -> None:
        position = self.pick(self.open_positions(), number)
        if position is not None and number % 3 == 0:
            self.market_ends(position.market_id, how)
            self.ended_markets_pay(fail_at)
            self.ended_markets_pay(None)

    @rule(fail_at=failures)
    def ended_markets_pay(self, fail_at: int | None) -> None:
        self.floor.activity(resolution_round(self.source), fail_at)

    # What must hold after each of them

    @invariant()
    def the_books_computed_again_agree(self) -> None:
        if self.floor.desk.strategies:
            found = self.floor.differences()
            assert not found, found

    @invariant()
    def money_is_conserved(self) -> None:
        if self.floor.desk.strategies:
            worth = self.floor.worth()
            assert worth == OPENING, worth

    @invariant()
    def one_sale_at_a_time(self) -> None:
        if self.floor.desk.strategies:
            selling = [order.position_id for order in self.open_orders() if order.side == "SELL"]
            assert len(selling) == len(set(selling))

    def teardown(self) -> None:
        if self.floor.desk.strategies:
            self.orders_go_on()
            found = self.floor.differences()
            assert not found, found
            worth = self.floor.worth()
            assert worth == OPENING, worth
