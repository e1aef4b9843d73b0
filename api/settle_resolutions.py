"""Every half minute: how markets stand that somebody holds, and what ended there is cancelled, paid and closed."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from api.tell_engine import Heard, tell
from api.temporal_gateway import TemporalGateway
from db.process_lock import alone
from db.repositories import resolution_settlement as settlement
from db.repositories.resolutions import (
    EndedMarket,
    JudgedMarket,
    ended_with_something_open,
    markets_to_look_at,
    record_seen,
)
from db.session import Database
from domain.market.market import Market
from domain.market.resolution import judge, needs_clob
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.ports import ResolutionData

EVERY = 30.0
MARKETS_AT_ONCE = 100
LOCK_KEY = 0x63617363_7265736F

log = structlog.get_logger(__name__)


class Round(NamedTuple):
    """What one round changed: markets that stand otherwise, orders cancelled, holders paid."""

    changed: int = 0
    cancelled: int = 0
    paid: int = 0


class _Engine:
    """Who carries on is told, until the engine turns out to be away: it looks for itself when it is back."""

    def __init__(self, gateway: TemporalGateway) -> None:
        self._gateway = gateway
        self._away = False

    async def order_changed(self, order: settlement.OpenOrder) -> None:
        if not self._away:
            heard = await tell(self._gateway.order_changed(order.id), order.strategy_id)
            self._away = heard is Heard.UNREACHABLE

    async def position_closed(self, position: UUID, strategy_id: UUID) -> None:
        if not self._away:
            heard = await tell(self._gateway.wake_guard(position), strategy_id)
            self._away = heard is Heard.UNREACHABLE


async def settle_resolutions(
    database: Database, markets: ResolutionData, gateway: TemporalGateway, source: str, now: datetime
) -> Round:
    """One round over all markets of `source` in which a position or an order is open. Another process at it: nothing.

    A market that cannot be read, or a holder that cannot be paid now, is left for the next round; the others are not.
    """
    async with alone(database, LOCK_KEY) as held:
        if not held:
            return Round()
        changed = await _look(database, markets, source, now)
        async with database.read() as session:
            ended = await ended_with_something_open(session, source)
        engine = _Engine(gateway)
        cancelled = paid = 0
        for market in ended:
            cancelled += await _cancel_orders(database, engine, market, now)
            paid += await _pay_holders(database, engine, market, now)
        return Round(changed, cancelled, paid)


async def _look(database: Database, markets: ResolutionData, source: str, now: datetime) -> int:
    async with database.read() as session:
        wanted = await markets_to_look_at(session, source)
    changed = 0
    for begin in range(0, len(wanted), MARKETS_AT_ONCE):
        some = wanted[begin : begin + MARKETS_AT_ONCE]
        try:
            seen = await _read(markets, some)
            async with database.write() as session:
                changes = await record_seen(session, source, seen, now)
        except Exception as error:
            # What ended before is paid all the same.
            log.warning("resolutions_not_recorded", markets=len(some), reason=_words(error))
            continue
        for change in changes:
            log.info("market_stands_otherwise", market_id=change.market_id, state=change.now.value)
        changed += len(changes)
    return changed


async def _read(markets: ResolutionData, wanted: Sequence[str]) -> list[JudgedMarket]:
    try:
        known = (await markets.markets_by_id(wanted)).markets
    except MarketDataRefused as error:
        if len(wanted) > 1:
            # One that the venue refuses must not take the others with it.
            middle = len(wanted) // 2
            return [*await _read(markets, wanted[:middle]), *await _read(markets, wanted[middle:])]
        log.info("resolution_refused", market_id=wanted[0], reason=str(error)[:200])
        return []
    except MarketDataUnavailable as error:
        log.info("resolutions_not_read", markets=len(wanted), reason=str(error)[:200])
        return []
    return await _with_clob(markets, known)


async def _with_clob(markets: ResolutionData, known: Sequence[Market]) -> list[JudgedMarket]:
    lagging = [market.condition_id for market in known if needs_clob(market)]
    words = {}
    if lagging:
        try:
            words = {key: each.word for key, each in (await markets.clob_words(lagging)).items()}
        except (MarketDataUnavailable, MarketDataRefused) as error:
            log.info("winners_not_read", markets=len(lagging), reason=str(error)[:200])
    return [JudgedMarket(market, judge(market, words.get(market.condition_id))) for market in known]


async def _cancel_orders(database: Database, engine: _Engine, market: EndedMarket, now: datetime) -> int:
    async with database.read() as session:
        orders = await settlement.open_orders(session, market)
    cancelled = 0
    for order in orders:
        try:
            async with database.write() as session:
                changed = await settlement.cancel_open_order(session, order.id, now)
        except Exception as error:
            log.warning("order_of_ended_market_not_cancelled", order_id=str(order.id), reason=_words(error))
            continue
        if changed:
            cancelled += 1
            await engine.order_changed(order)
    return cancelled


async def _pay_holders(database: Database, engine: _Engine, market: EndedMarket, now: datetime) -> int:
    async with database.read() as session:
        holders = await settlement.holders(session, market)
    paid = 0
    for holder in holders:
        try:
            async with database.write() as session:
                redeemed = await settlement.redeem(session, market, holder, now)
        except Exception as error:
            # One user's books that cannot move now must not keep all others waiting.
            log.warning("holder_not_paid", strategy_id=str(holder.strategy_id), reason=_words(error))
            continue
        if redeemed is not None:
            paid += 1
            for position in redeemed.positions:
                await engine.position_closed(position, holder.strategy_id)
    return paid


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


async def settle_forever(
    database: Database,
    markets: ResolutionData,
    gateway: TemporalGateway,
    source: str,
    now: Callable[[], datetime],
) -> None:
    """Rounds forever; one that fails is made up for by the next."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await settle_resolutions(database, markets, gateway, source, now())
        except Exception as error:
            log.warning("resolutions_not_settled", reason=_words(error))
