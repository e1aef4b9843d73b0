"""Money and shares are conserved under any sequence of what can happen to them, crashes included; nothing is ever below zero."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from db.models import Order, Position, Strategy, Withdrawal
from db.repositories import orders
from db.repositories.allocations import give, rebalance, take_back
from db.repositories.exit_requests import request_exit
from db.repositories.order_cancellation import request_cancel
from db.repositories.position_exits import lock_for_exit
from db.repositories.withdrawals import begin_withdrawal
from db.session import WriteSession
from domain.money import Price
from domain.orders.next_step import next_step
from tests.desk import now
from tests.ended_markets import say
from tests.fixed_markets import a_market
from tests.proof.trading_floor import (
    STEPS,
    TradingFloor,
    guard_step,
    order_step,
    resolution_round,
    withdrawal_look,
)

OPENING = Decimal(1000)
MARKETS = ["m1", "m2", "m3"]
NEXT = {"reserve": "reserve", "post": "post", "settle": "track", "look": "follow"}
"""Activity by what the workflow would do next."""
ENDS = {"yes": ("1", "resolved"), "no": ("0", "resolved"), "void": ("0.5", "resolved")}

amounts = st.decimals("0.01", "400", places=2)
crashes = st.booleans()
failures = st.one_of(st.none(), st.integers(0, 24))
"""Where an activity fails; it may have fewer points, and then it succeeds."""
strategies = st.integers(0, 1)
picks = st.integers(0, 10**6)


class Trading(RuleBasedStateMachine):
    """A user with two strategies on two markets whose prices and depth change."""

    floor: TradingFloor

    @initialize()
    def open(self) -> None:
        self.floor.new_desk("1000", "300", "200")
        # The round over ended markets looks at all of one source: each example has its own.
        self.source = f"s{uuid4().hex}"
        self.floor.desk.markets.all["m3"] = a_market("m3", price="0.25")

    def strategy(self, number: int) -> UUID:
        return self.floor.desk.strategies[number]

    def pick(self, rows: list[Any], number: int) -> Any:
        return rows[number % len(rows)] if rows else None

    # Capital

    @rule(strategy=strategies, amount=amounts, crash=crashes)
    def allocate(self, strategy: int, amount: Decimal, crash: bool) -> None:
        transfer = self.floor.desk.transfer(str(amount))
        for once in (crash, False, False):
            self.floor.write(lambda s: give(s, transfer, self.strategy(strategy)), crash=once)

    @rule(strategy=strategies, amount=amounts, crash=crashes)
    def take_back(self, strategy: int, amount: Decimal, crash: bool) -> None:
        transfer = self.floor.desk.transfer(str(amount))
        self.floor.write(lambda s: take_back(s, transfer, self.strategy(strategy)), crash=crash)

    @rule(giver=strategies, amount=amounts, crash=crashes)
    def rebalance(self, giver: int, amount: Decimal, crash: bool) -> None:
        transfer = self.floor.desk.transfer(str(amount))
        one, other = self.strategy(giver), self.strategy(1 - giver)
        self.floor.write(lambda s: rebalance(s, transfer, one, other), crash=crash)

    # The market

    @rule(market=st.sampled_from(MARKETS), cents=st.integers(5, 95), depth=st.integers(0, 60_000))
    def market_moves(self, market: str, cents: int, depth: int) -> None:
        if not self.floor.desk.markets.all[market].closed:
            self.floor.desk.markets.all[market] = a_market(market, price=str(Decimal(cents) / 100))
        self.floor.desk.markets.depth = Decimal(depth) / 100

    @rule(market=st.sampled_from(MARKETS), ticks=st.integers(-25, 25))
    def market_drifts(self, market: str, ticks: int) -> None:
        known = self.floor.desk.markets.all[market]
        price = min(max(known.outcomes[0].price + Decimal(ticks) / 1000, Decimal("0.05")), Decimal("0.95"))
        if not known.closed:
            self.floor.desk.markets.all[market] = a_market(market, price=str(price))

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
            assert self.floor.differences() == []

    @invariant()
    def money_is_conserved(self) -> None:
        if self.floor.desk.strategies:
            assert self.floor.worth() == OPENING

    @invariant()
    def one_sale_at_a_time(self) -> None:
        if self.floor.desk.strategies:
            selling = [order.position_id for order in self.open_orders() if order.side == "SELL"]
            assert len(selling) == len(set(selling))

    def teardown(self) -> None:
        if self.floor.desk.strategies:
            self.orders_go_on()
            assert self.floor.differences() == []
            assert self.floor.worth() == OPENING


REACHED = """
SELECT DISTINCT lower(side) || ' ' || order_type || ' ' || status || CASE WHEN filled_shares > 0 THEN ' with fills' ELSE '' END
FROM orders WHERE source LIKE 's%'
UNION SELECT DISTINCT 'position ' || close_reason FROM positions WHERE close_reason IS NOT NULL
UNION SELECT 'fill of a resting order' FROM order_fills f JOIN orders o ON o.id = f.order_id
WHERE o.order_type = 'limit' AND f.fee = 0
UNION SELECT 'withdrawal ' || status FROM withdrawals
UNION SELECT 'exit ' || rule || ' ' || status FROM exit_requests
"""
"""What has happened to anybody, in words."""
MUST_BE_REACHED = {
    "buy market filled with fills",
    "buy market denied",
    "buy market cancelled",
    "buy limit filled with fills",
    "buy limit cancelled",
    "buy limit expired",
    "sell market filled with fills",
    "fill of a resting order",
    "position sold",
    "position resolved",
    "position written_off",
    "withdrawal complete",
    "withdrawal partly_complete",
    "exit flatten done",
    "exit user done",
    "exit stop_loss done",
}


def run(address: str, examples: int, steps: int) -> set[str]:
    """Answers what was reached on the way."""
    floor = TradingFloor(address)
    machine = type("OnThisFloor", (Trading,), {"floor": floor})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
            ),
        )
        return {row[0] for row in floor.run(floor.connection.fetch(REACHED))}
    finally:
        floor.close()


def test_money_and_shares_are_conserved_under_any_sequence_of_steps_and_crashes(proof_address: str) -> None:
    run(proof_address, examples=5, steps=25)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_money_and_shares_are_conserved_under_many_long_sequences_of_steps_and_crashes(
    proof_address: str,
) -> None:
    reached = run(proof_address, examples=200, steps=50)
    assert reached >= MUST_BE_REACHED, MUST_BE_REACHED - reached
