"""Reserve: the rules say yes or no, and the money is set aside, in one transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from temporalio import activity

from activities.failures import heartbeats, translated_failures
from contracts.order import OrderInput, OrderStep
from db.models import Order
from db.repositories import orders
from db.session import Database
from domain.market.market import Market
from domain.money import Usdc, plain
from domain.orders.match_order import MARKETABLE_MIN, fee_reserve
from exchange.ports import MarketData

VALID_FOR = timedelta(minutes=2)
"""An order decided on longer ago than this would trade on a price nobody looked at."""

log = structlog.get_logger("activities.order_reservation")


def step_of(order: Order | None) -> OrderStep:
    """Where the order stands, for the workflow."""
    if order is None:
        return OrderStep(status="gone", final=True, reason="the strategy was deleted")
    return OrderStep(status=order.status, final=order.final_at is not None, reason=order.status_reason)


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
        market = None
        if _expired(order, self._clock()) is None:
            # What is too old is denied also while the venue does not answer.
            answer = await self._markets.markets_by_id((order.market_id,))
            market = answer.markets[0] if answer.markets else None
        now = self._clock()
        async with self._database.write() as session:
            locked = await orders.lock_order(session, request.order_id)
            if locked is None or locked.status != "planned":
                return step_of(locked)
            denial = _denial(locked, market, now)
            if denial is None and market is not None:
                needed = Usdc(locked.amount + fee_reserve(Usdc(locked.amount), market.fees, market.tick_size))
                refusal = await orders.reserve(session, locked, needed, now)
                denial = ("allocation", refusal) if refusal else None
            if denial is not None:
                await orders.deny(session, locked, *denial, now)
            log.info(
                "order reserved" if denial is None else "order denied", rule=denial[0] if denial else None
            )
            return step_of(locked)


def _denial(order: Order, market: Market | None, now: datetime) -> tuple[str, str] | None:
    """(rule, sentence) of the first rule that says no."""
    if expired := _expired(order, now):
        return expired
    if market is None:
        return "market_open", "the venue does not know this market any more"
    if not market.tradable:
        return "market_open", "the market is closed or does not accept orders"
    if order.amount < MARKETABLE_MIN:
        return "order_min", f"{plain(Decimal(order.amount))} USDC is below the venue's minimum of 1 USDC"
    return None


def _expired(order: Order, now: datetime) -> tuple[str, str] | None:
    age = now - order.created_at
    if age <= VALID_FOR:
        return None
    limit = int(VALID_FOR.total_seconds())
    return "expired", f"it was decided {int(age.total_seconds())} s ago, more than {limit} s"
