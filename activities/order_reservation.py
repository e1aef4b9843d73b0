"""Reserve: every rule says yes and the money or the shares are set aside, or one says no; all in one transaction."""

import math
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from temporalio import activity

from activities.failures import heartbeats, translated_failures
from activities.order_market import MarketSeen, amounts_of, fit_order, look_at_market, market_facts
from activities.venue_orders import VALID_FOR, step_of
from contracts.order import OrderInput, OrderStep
from db.models import Order, Position
from db.repositories import orders
from db.repositories.accounts import LockedMoney, account_sums
from db.repositories.day_openings import day_losses
from db.repositories.entry_standing import entry_standing
from db.repositories.exposure import surroundings_of
from db.repositories.open_positions import lock_position
from db.repositories.order_settlement import money_of
from db.repositories.risk_limits import limits_in_force
from db.repositories.risk_pause import pause_for_loss
from db.repositories.trading_states import Standing, hold_state
from db.session import Database, WriteSession
from domain.money import Price, Shares, Usdc
from domain.portfolio.day_pnl import local_day
from domain.risk.check_order import check_order, first_denial
from domain.risk.limits import UserLimits
from domain.risk.order_facts import DayLoss, OrderFacts
from domain.risk.rules import expired
from domain.risk.verdict import RiskVerdict
from exchange.ports import MarketData

STOPPED = RiskVerdict(rule="stopped", passed=False, sentence="the strategy was stopped")
"""Of an execution that was in progress when somebody stopped."""

log = structlog.get_logger("activities.order_reservation")


class OrderReservation:
    def __init__(self, database: Database, markets: MarketData, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._markets = markets
        self._clock = clock

    @activity.defn(name="reserve_order")
    async def reserve_order(self, request: OrderInput) -> OrderStep:
        """Planned → reserved or denied. A repeated call answers what the first one did."""
        with structlog.contextvars.bound_contextvars(
            strategy_id=str(request.strategy_id), order_id=str(request.order_id)
        ):
            async with translated_failures(), heartbeats():
                return await self._reserve(request)

    async def _reserve(self, request: OrderInput) -> OrderStep:
        async with self._database.read() as session:
            order = await orders.read_order(session, request.order_id)
        if order is None or order.status != "planned":
            return step_of(order)
        if (late := expiry(order, self._clock())) is not None:
            # Denied also while the venue does not answer.
            return await self._deny(request, late)
        seen = await look_at_market(self._database, self._markets, order)
        now = self._clock()
        async with self._database.write() as session:
            standing = await hold_state(session, order.user_id)
            locked = await orders.lock_order(session, request.order_id)
            if locked is None or locked.status != "planned":
                return step_of(locked)
            if await entry_standing(session, locked) == "over":
                orders.keep_checks(locked, (STOPPED,))
                await orders.deny(session, locked, STOPPED, now)
                return step_of(locked)
            denial = await reserve_or_deny(session, locked, standing, seen, now)
            log.info("order reserved" if denial is None else "order denied", rule=denial and denial.rule)
        if denial is not None and denial.rule == "daily_loss":
            # Of its own: a pause that waits for the strategy's lock must not hold the account's.
            async with self._database.write() as session:
                await pause_for_loss(session, request.strategy_id, denial.sentence, now)
        return step_of(locked)

    async def _deny(self, request: OrderInput, late: RiskVerdict) -> OrderStep:
        async with self._database.write() as session:
            locked = await orders.lock_order(session, request.order_id)
            if locked is not None and locked.status == "planned":
                orders.keep_checks(locked, (late,))
                await orders.deny(session, locked, late, self._clock())
            return step_of(locked)


def expiry(order: Order, now: datetime) -> RiskVerdict | None:
    """The denial of an order that is too old; None for one that is not."""
    age = now - order.created_at
    if age <= VALID_FOR:
        return None
    return expired.verdict(math.ceil(age.total_seconds()), int(VALID_FOR.total_seconds()))


async def reserve_or_deny(
    session: WriteSession, order: Order, standing: Standing, seen: MarketSeen, now: datetime
) -> RiskVerdict | None:
    """Asks all rules about a locked, planned order and does what they say; the denial, if any."""
    money = await money_of(session, order)
    position = await lock_position(session, order.position_id) if order.position_id else None
    order.event_id = seen.market.event_id if seen.market is not None else None
    fit_order(order, seen, money.totals(order.strategy_id).capital)
    facts = await gather_facts(session, order, money, position, standing, seen, now)
    verdicts = check_order(facts)
    orders.keep_checks(order, verdicts)
    denial = first_denial(verdicts)
    if denial is not None:
        await orders.deny(session, order, denial, now)
    elif position is not None:
        await orders.reserve_exit(session, order, position, now)
    else:
        limit = facts.strategy_limits.slippage_ratio_max
        if order.order_type == "market":
            order.slippage_max = limit if order.slippage_max is None else min(order.slippage_max, limit)
        await orders.reserve_entry(session, money, order, facts.needed, now)
    return denial


async def gather_facts(
    session: WriteSession,
    order: Order,
    money: LockedMoney,
    position: Position | None,
    standing: Standing,
    seen: MarketSeen,
    now: datetime,
) -> OrderFacts:
    """Everything the rules look at, at this moment and under these locks."""
    strategy_limits, user_limits = await limits_in_force(session, order.user_id, order.strategy_id, now)
    amount, needed = amounts_of(order, seen)
    spends = (
        await _what_is_spent(session, order, money, seen, user_limits, now) if order.side == "BUY" else {}
    )
    return OrderFacts(
        side="BUY" if order.side == "BUY" else "SELL",
        order_type="limit" if order.order_type == "limit" else "market",
        limit_price=Price(order.limit_price) if order.limit_price is not None else None,
        amount=amount,
        needed=needed,
        shares=Shares(order.shares) if order.shares is not None else None,
        age_seconds=int((now - order.created_at).total_seconds()),
        valid_for_seconds=int(VALID_FOR.total_seconds()),
        market=market_facts(order, seen, now),
        trading_state=standing.state,
        halted_exits=standing.exits,
        totals=money.totals(order.strategy_id),
        shares_free=free_shares(order, position),
        strategy_limits=strategy_limits,
        user_limits=user_limits,
        **spends,
    )


async def _what_is_spent(
    session: WriteSession,
    order: Order,
    money: LockedMoney,
    seen: MarketSeen,
    user_limits: UserLimits,
    now: datetime,
) -> dict[str, Any]:
    """What the rules for entries look at, of all that the user has: it grows with the positions held."""
    around = await surroundings_of(session, order, order.event_id, now)
    sums = await account_sums(session, money.owner)
    losses = await day_losses(session, money.owner, seen.bids, local_day(now, user_limits.time_zone), now)
    cash = Usdc(money.account.cash_amount)
    return {
        "account_cash": cash,
        "account_capital": Usdc(cash + sums.capital),
        "account_deployed": sums.committed,
        "exposure": around.exposure,
        "recent_orders": around.recent_orders,
        "strategy_day": losses[order.strategy_id],
        "user_day": DayLoss(
            loss=Usdc(sum((day.loss for day in losses.values()), Decimal(0))),
            capital=Usdc(cash + sum((day.capital for day in losses.values()), Decimal(0))),
        ),
    }


def free_shares(order: Order, position: Position | None) -> Shares | None:
    """Held and not offered; None for an entry, 0 when the position is somebody else's or of another outcome."""
    if order.side == "BUY":
        return None
    if position is None or position.strategy_id != order.strategy_id or position.token_id != order.token_id:
        return Shares(Decimal(0))
    return Shares(position.shares - position.offered_shares)
