"""Strategies as pages show them: one query per list, whatever its length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.sql.selectable import ScalarSelect

from db.models import Strategy, StrategyTrade, StrategyVersion, StrategyWallet, TradingStateRow
from db.repositories.counts import active_trades, watchlist_size
from db.session import ReadSession, WriteSession

Sort = Literal["most_active", "newest", "oldest", "performance", "name"]
NEVER_CLOSED = Decimal(-1_000_000_000)
"""Sorts strategies without closed trades behind all others."""


@dataclass(frozen=True)
class StrategyRecord:
    """Counts are as of the read; `gained` of `closed` trades had a profit; `realised` is their sum, `closed_cost` what they cost."""

    strategy: Strategy
    version: StrategyVersion
    wallet: StrategyWallet
    watchlist_size: int
    active_trades: int
    closed_trades: int
    gained: int
    realised: Decimal
    closed_cost: Decimal
    trading_halted: bool
    """By the user, over all strategies."""
    sort_key: Any = None

    @property
    def roi(self) -> Decimal | None:
        return self.realised / self.closed_cost if self.closed_cost > 0 else None


def _closed(aggregate: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Over trades that ended; an entry that got no shares is cancelled and was never one."""
    return (
        select(aggregate)
        .where(StrategyTrade.strategy_id == Strategy.id, StrategyTrade.status == "settled")
        .correlate(Strategy)
        .scalar_subquery()
    )


REALISED = func.coalesce(func.sum(StrategyTrade.pnl), 0)
CLOSED_COST = func.coalesce(func.sum(StrategyTrade.cost), 0)


def _trading_halted() -> ColumnElement[bool]:
    return (
        exists()
        .where(TradingStateRow.user_id == Strategy.user_id, TradingStateRow.state == "halted")
        .correlate(Strategy)
    )


def _rows() -> Select[Any]:
    return (
        select(
            Strategy,
            StrategyVersion,
            StrategyWallet,
            watchlist_size().scalar_subquery(),
            active_trades().scalar_subquery(),
            _closed(func.count()),
            _closed(func.count().filter(StrategyTrade.pnl > 0)),
            _closed(REALISED),
            _closed(CLOSED_COST),
            _trading_halted(),
        )
        .join(StrategyVersion, StrategyVersion.id == Strategy.version_id)
        .join(StrategyWallet, StrategyWallet.strategy_id == Strategy.id)
    )


async def find_strategy(
    session: ReadSession | WriteSession, user_id: UUID, strategy_id: UUID
) -> StrategyRecord | None:
    """None also when it belongs to somebody else."""
    row = (
        await session.execute(_rows().where(Strategy.id == strategy_id, Strategy.user_id == user_id))
    ).one_or_none()
    return None if row is None else StrategyRecord(*row)


async def owns_strategy(session: ReadSession | WriteSession, user_id: UUID, strategy_id: UUID) -> bool:
    found = await session.scalar(
        select(Strategy.id).where(Strategy.id == strategy_id, Strategy.user_id == user_id)
    )
    return found is not None


async def current_version(session: ReadSession, user_id: UUID, strategy_id: UUID) -> StrategyVersion | None:
    return await session.scalar(
        select(StrategyVersion)
        .join(Strategy, Strategy.version_id == StrategyVersion.id)
        .where(Strategy.id == strategy_id, Strategy.user_id == user_id)
    )


def _order(sort: Sort) -> tuple[ColumnElement[Any], bool]:
    """The key to sort by, and whether it falls."""
    if sort == "newest":
        return Strategy.created_at, True  # type: ignore[return-value]
    if sort == "oldest":
        return Strategy.created_at, False  # type: ignore[return-value]
    if sort == "name":
        return func.lower(Strategy.name), False
    if sort == "performance":
        return_ratio = _closed(func.sum(StrategyTrade.pnl) / func.nullif(func.sum(StrategyTrade.cost), 0))
        return func.round(func.coalesce(return_ratio, NEVER_CLOSED), 12), True
    return func.coalesce(Strategy.last_activity_at, Strategy.created_at), True


def parse_key(sort: Sort, text: str) -> Any:
    """The sort key out of a cursor. Raises ValueError or ArithmeticError when it is none."""
    if sort == "name":
        return text
    if sort == "performance":
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError("not a finite number")
        return number
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("not an aware time")
    return moment.astimezone(UTC)


async def list_strategies(
    session: ReadSession,
    user_id: UUID,
    *,
    status: str | None,
    sort: Sort,
    after: tuple[Any, UUID] | None,
    limit: int,
) -> Sequence[StrategyRecord]:
    """At most `limit`, in the order of `sort`, behind the row with key and id `after`."""
    key, falls = _order(sort)
    query = _rows().add_columns(key.label("sort_key")).where(Strategy.user_id == user_id)
    if status is not None:
        query = query.where(Strategy.status == status)
    if after is not None:
        value, last_id = after
        beyond = key < value if falls else key > value
        same = and_(key == value, Strategy.id < last_id if falls else Strategy.id > last_id)
        query = query.where(or_(beyond, same))
    order = (key.desc(), Strategy.id.desc()) if falls else (key.asc(), Strategy.id.asc())
    rows = await session.execute(query.order_by(*order).limit(limit))
    return [StrategyRecord(*row) for row in rows]


async def status_counts(session: ReadSession, user_id: UUID) -> dict[str, int]:
    """How many strategies the user has in each status; those without any are left out."""
    rows = await session.execute(
        select(Strategy.status, func.count()).where(Strategy.user_id == user_id).group_by(Strategy.status)
    )
    return {row[0]: row[1] for row in rows}
