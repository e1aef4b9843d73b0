"""The P&L of one strategy, and of a user's whole account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from api.allocations.schemas import Mode
from api.pnl.read_quotes import Quotes, mark, read_quotes
from api.pnl.schemas import AccountPnlView, DayPnlView, PositionMarkView, StrategyPnlView, StrategyShareView
from api.problem import not_found
from db.models import EquityPoint
from db.repositories.account_books import AccountBooks, OpenPosition, StrategyBooks, read_books
from db.repositories.accounts import Owner, owner_of
from db.repositories.equity_points import Curve, drawdown_at, newest_point
from db.repositories.pnl_views import ClosedTrades, closed_trades, day_openings
from db.repositories.risk_limits import read_limits
from db.session import Database
from domain.portfolio.day_pnl import Held, Opening, day_pnl, equity, local_day
from domain.portfolio.drawdown import Worth, begin, step
from domain.portfolio.ledger import ZERO
from domain.portfolio.marks import Basis
from domain.portfolio.pnl import Account, Pnl, account_pnl, ratio, strategy_pnl
from domain.risk.limits import UserLimits
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.ports import MarketData

UNREAD = "Market data cannot be read right now, so what is held has no value here."


@dataclass(frozen=True)
class Reading:
    """Books, marks and what else a summary needs; `quotes` is None while the venue does not answer."""

    books: AccountBooks
    last: EquityPoint | None
    """Of the curve that the summary is about."""
    closed: ClosedTrades
    openings: Mapping[UUID, Opening]
    time_zone: str
    quotes: Quotes | None
    now: datetime

    def pnl(self, strategy: StrategyBooks) -> Pnl | None:
        if self.quotes is None and strategy.positions:
            return None
        quotes = self.quotes or {}
        return strategy_pnl(strategy.totals, [mark(position, quotes) for position in strategy.positions])


async def read_strategy_pnl(
    database: Database, markets: MarketData, user_id: UUID, strategy_id: UUID, now: datetime
) -> StrategyPnlView:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        owner = await owner_of(session, user_id, strategy_id)
    if owner is None:
        raise not_found("strategy")
    reading = await _read(database, markets, owner, strategy_id, now)
    if not reading.books.strategies:
        raise not_found("strategy")
    (strategy,) = reading.books.strategies
    pnl = reading.pnl(strategy)
    return StrategyPnlView(
        **_summary(reading, pnl or _at_cost(strategy), marked=pnl is not None),
        strategy_id=strategy_id,
        positions=[_position(position, reading.quotes) for position in strategy.positions],
    )


async def read_account_pnl(
    database: Database, markets: MarketData, user_id: UUID, mode: Mode, now: datetime
) -> AccountPnlView:
    """All zero for a user who has no account in this mode yet."""
    owner = Owner(user_id, mode)
    reading = await _read(database, markets, owner, None, now)
    books = reading.books
    marked = [reading.pnl(strategy) for strategy in books.strategies]
    complete = all(pnl is not None for pnl in marked)
    each = [pnl or _at_cost(strategy) for pnl, strategy in zip(marked, books.strategies, strict=True)]
    whole = account_pnl(books.account, each)
    return AccountPnlView(
        **_summary(reading, whole, marked=complete),
        cash=books.account.cash,
        strategies=[
            _share(strategy, pnl, known=marking is not None)
            for strategy, pnl, marking in zip(books.strategies, each, marked, strict=True)
        ],
    )


async def _read(
    database: Database, markets: MarketData, owner: Owner, strategy_id: UUID | None, now: datetime
) -> Reading:
    async with database.read() as session:
        found = await read_books(session, [owner], strategy_id)
        books = found[0] if found else AccountBooks(owner, Account(cash=ZERO, given=ZERO), ())
        ids = [each.id for each in books.strategies]
        limits = (await read_limits(session, owner.user_id, None, now)).current
        assert isinstance(limits, UserLimits), "asked for those of the user"
        last = await newest_point(session, Curve(owner, strategy_id))
        closed = await closed_trades(session, ids)
        openings = await day_openings(session, ids, local_day(now, limits.time_zone))
    try:
        quotes: Quotes | None = await read_quotes(markets, books.positions)
    except (MarketDataUnavailable, MarketDataRefused):
        quotes = None
    return Reading(books, last, closed, openings, limits.time_zone, quotes, now)


def _at_cost(strategy: StrategyBooks) -> Pnl:
    """What is known without marks: as if what is held were worth what it cost."""
    totals = strategy.totals
    return Pnl(
        given=totals.allocated,
        realised=totals.realised_pnl,
        unrealised=ZERO,
        fees=totals.fees_paid,
        equity=totals.capital,
    )


def _summary(reading: Reading, pnl: Pnl, *, marked: bool) -> dict[str, Any]:
    last, positions = reading.last, reading.books.positions
    quotes = [reading.quotes[each.token_id] for each in positions] if marked and reading.quotes else []
    worth = Worth(pnl.equity, pnl.given)
    drawdown = drawdown_at(last) if last is not None else begin(worth)
    if last is not None and marked:
        drawdown = step(drawdown, worth)
    closed = reading.closed
    win_ratio = ratio(Decimal(closed.won), Decimal(closed.closed))
    return {
        "mode": reading.books.owner.mode,
        "as_of": reading.now,
        "marked_at": min((quote.observed_at for quote in quotes), default=None),
        "given": pnl.given,
        "realised": pnl.realised,
        "fees": pnl.fees,
        **_marked(pnl, known=marked),
        "day": _day(reading, reading.books.strategies) if marked else None,
        "closed_trades": closed.closed,
        "won_trades": closed.won,
        "win_ratio": _number(win_ratio),
        "drawdown_max": drawdown.amount_max if last is not None else None,
        "drawdown_ratio_max": round(float(drawdown.ratio_max), 6) if last is not None else None,
        "notes": _notes([quote.basis for quote in quotes], marked=marked),
    }


def _marked(pnl: Pnl, *, known: bool) -> dict[str, Any]:
    return {
        "unrealised": pnl.unrealised if known else None,
        "total": pnl.total if known else None,
        "equity": pnl.equity if known else None,
        "roi_ratio": _number(pnl.roi_ratio) if known else None,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _notes(bases: Sequence[Basis], *, marked: bool) -> list[str]:
    if not marked:
        return [UNREAD]
    said = (
        (Basis.NO_BID, "has no bid and counts as 0", "have no bid and count as 0"),
        (Basis.CLOSED, "is of a closed market and", "are of closed markets and"),
        (
            Basis.UNKNOWN,
            "has no price at the venue and counts as 0",
            "have no price at the venue and count as 0",
        ),
    )
    notes = []
    for basis, one, many in said:
        count = bases.count(basis)
        if count:
            text = f"1 position {one}" if count == 1 else f"{count} positions {many}"
            if basis is Basis.CLOSED:
                text += (
                    " counts" if count == 1 else " count"
                ) + " at the price the venue tells; it may still change"
            notes.append(f"{text}.")
    return notes


def _day(reading: Reading, strategies: Sequence[StrategyBooks]) -> DayPnlView | None:
    """As the daily loss limit counts it: without a bid a position counts at cost. None before anybody looked today."""
    known = [each for each in strategies if each.id in reading.openings]
    if not known:
        return None
    quotes = reading.quotes or {}
    total = Decimal(0)
    for each in known:
        held = tuple(
            Held(
                shares=position.shares,
                cost=position.cost,
                bid=quotes[position.token_id].price if quotes[position.token_id].basis is Basis.BID else None,
            )
            for position in each.positions
        )
        total += day_pnl(equity(each.totals, held), each.totals.allocated, reading.openings[each.id])
    return DayPnlView(day=local_day(reading.now, reading.time_zone), pnl=total)


def _position(position: OpenPosition, quotes: Quotes | None) -> PositionMarkView:
    marked = mark(position, quotes) if quotes is not None else None
    return PositionMarkView(
        position_id=position.id,
        market_id=position.market_id,
        question=position.question,
        token_id=position.token_id,
        outcome=position.outcome,
        shares=position.shares,
        cost=position.cost,
        basis=marked.quote.basis.value if marked is not None else "unread",
        price=marked.quote.price if marked is not None else None,
        value=marked.value if marked is not None else None,
        unrealised=marked.unrealised if marked is not None else None,
        observed_at=marked.quote.observed_at if marked is not None else None,
    )


def _share(strategy: StrategyBooks, pnl: Pnl, *, known: bool) -> StrategyShareView:
    return StrategyShareView(
        strategy_id=strategy.id,
        name=strategy.name,
        given=pnl.given,
        realised=pnl.realised,
        fees=pnl.fees,
        **_marked(pnl, known=known),
    )
