"""Every five minutes: what strategies and accounts are worth becomes a point of their curves."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from api.pnl.read_quotes import Quotes, mark, read_quotes
from db.models import EquityPoint
from db.process_lock import alone
from db.repositories.account_books import AccountBooks, StrategyBooks, next_owners, read_books
from db.repositories.accounts import Owner
from db.repositories.equity_points import Curve, NewPoint, add_points, drawdown_at, last_points
from db.session import Database
from domain.portfolio.drawdown import Worth, begin, step
from domain.portfolio.equity_curve import slot_of
from domain.portfolio.ledger import ZERO
from domain.portfolio.marks import Basis
from domain.portfolio.pnl import Pnl, account_pnl, strategy_pnl
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.ports import MarketData

EVERY = 60.0
"""Seconds between rounds: one that could not read its marks is made up for within the same five minutes."""
OWNERS_AT_ONCE = 100
POINTS_AT_ONCE = 200
STRATEGIES_AT_ONCE = 50
"""Computed in one go: the same process answers everybody's requests."""
LOCK_KEY = 0x63617363_65717569

log = structlog.get_logger(__name__)
Last = dict[Curve, EquityPoint]
NOTHING = Worth(ZERO, ZERO)


async def record_equity(database: Database, markets: MarketData, now: datetime) -> bool:
    """One round over all accounts; True when nothing is left to do in these five minutes.

    A curve gets a point when something is held or its equity changed. Where a mark cannot be read it gets none: a gap
    that can be seen is better than a wrong point. Several processes at once write the same points once.
    """
    async with alone(database, LOCK_KEY) as held:
        if not held:
            return False
        complete, after = True, None
        while True:
            async with database.read() as session:
                owners = await next_owners(session, after, OWNERS_AT_ONCE)
            if not owners:
                return complete
            complete = await _record(database, markets, owners, now) and complete
            after = owners[-1]


async def _record(database: Database, markets: MarketData, owners: Sequence[Owner], now: datetime) -> bool:
    async with database.read() as session:
        books = await read_books(session, owners)
        last = await last_points(session, owners)
    # Rather one account without a point than a hundred, when the venue refuses one question.
    quotes = await _quotes(markets, books) if len(books) > 1 else None
    complete = True
    points: list[NewPoint] = []
    for each in books:
        own = quotes if quotes is not None else await _quotes(markets, [each])
        if own is None:
            complete = False
            continue
        points += await _points(each, own, last, now)
    for begin_at in range(0, len(points), POINTS_AT_ONCE):
        async with database.write() as session:
            await add_points(session, points[begin_at : begin_at + POINTS_AT_ONCE])
    return complete


async def _quotes(markets: MarketData, books: Sequence[AccountBooks]) -> Quotes | None:
    try:
        return await read_quotes(markets, [position for each in books for position in each.positions])
    except (MarketDataUnavailable, MarketDataRefused) as error:
        log.info("equity_not_marked", accounts=len(books), reason=str(error)[:200])
        return None


async def _points(books: AccountBooks, quotes: Quotes, last: Last, now: datetime) -> list[NewPoint]:
    """Of the account and its strategies. A position that nobody tells a price of leaves its strategy and the account
    without a point."""
    points: list[NewPoint | None] = []
    worth: list[Pnl] = []
    for place, strategy in enumerate(books.strategies):
        if place % STRATEGIES_AT_ONCE == 0:
            await asyncio.sleep(0)
        pnl = _pnl(strategy, quotes)
        if pnl is None:
            continue
        worth.append(pnl)
        curve = Curve(books.owner, strategy.id)
        points.append(_point(curve, pnl, bool(strategy.positions), last.get(curve), now))
    if len(worth) == len(books.strategies):
        curve = Curve(books.owner, None)
        whole = account_pnl(books.account, worth)
        points.append(_point(curve, whole, bool(books.positions), last.get(curve), now))
    return [point for point in points if point is not None]


def _pnl(strategy: StrategyBooks, quotes: Quotes) -> Pnl | None:
    marks = [mark(position, quotes) for position in strategy.positions]
    if any(each.quote.basis is Basis.UNKNOWN for each in marks):
        return None
    return strategy_pnl(strategy.totals, marks)


def _point(curve: Curve, pnl: Pnl, holding: bool, last: EquityPoint | None, now: datetime) -> NewPoint | None:
    slot, worth = slot_of(now), Worth(pnl.equity, pnl.given)
    if last is None:
        if worth == NOTHING:
            return None
        return NewPoint(curve, slot, now, holding, begin(worth))
    if last.slot_at >= slot:
        return None
    before = drawdown_at(last)
    if not holding and not last.holding and before.last == worth:
        return None
    return NewPoint(curve, slot, now, holding, step(before, worth))


async def record_forever(database: Database, markets: MarketData, now: Callable[[], datetime]) -> None:
    """Rounds forever; once per five minutes when all went well."""
    done: datetime | None = None
    while True:
        await asyncio.sleep(EVERY)
        slot = slot_of(now())
        if slot == done:
            continue
        try:
            if await record_equity(database, markets, now()):
                done = slot
        except Exception as error:
            # Nothing waits for it: the next round does what this one could not.
            log.warning("equity_not_recorded", reason=f"{type(error).__name__}: {error}"[:200])
