"""Points of equity curves: written once per five minutes, read for charts, thinned with age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import aliased

from db.models import Account, EquityPoint, Strategy
from db.repositories.accounts import Owner
from db.session import ReadSession, WriteSession
from domain.money import Usdc
from domain.portfolio.drawdown import Drawdown, Worth

POINTS_MAX = 5_000
EPOCH = func.to_timestamp(0)


@dataclass(frozen=True)
class Curve:
    """Whose curve: a strategy's, or without one the account's."""

    owner: Owner
    strategy_id: UUID | None


@dataclass(frozen=True)
class NewPoint:
    curve: Curve
    slot_at: datetime
    at: datetime
    holding: bool
    drawdown: Drawdown
    """Its `last` is the equity of the point."""


async def add_points(session: WriteSession, points: Sequence[NewPoint]) -> None:
    """A curve that has a point in the slot keeps that one."""
    if not points:
        return
    rows = [
        {
            "user_id": point.curve.owner.user_id,
            "mode": point.curve.owner.mode,
            "strategy_id": point.curve.strategy_id,
            "slot_at": point.slot_at,
            "at": point.at,
            "equity_amount": point.drawdown.last.equity,
            "given_amount": point.drawdown.last.given,
            "holding": point.holding,
            "pnl_peak": point.drawdown.pnl_peak,
            "drawdown_max": point.drawdown.amount_max,
            "growth_index": point.drawdown.index,
            "growth_index_peak": point.drawdown.index_peak,
            "drawdown_ratio_max": point.drawdown.ratio_max,
        }
        for point in points
    ]
    # A deleted strategy has no curve any more.
    known = await session.scalars(
        select(Strategy.id)
        .where(Strategy.id.in_([row["strategy_id"] for row in rows if row["strategy_id"]]))
        .with_for_update(read=True, key_share=True)
    )
    kept = {*known.all(), None}
    rows = [row for row in rows if row["strategy_id"] in kept]
    if rows:
        await session.execute(insert(EquityPoint).on_conflict_do_nothing(), rows)


def drawdown_at(point: EquityPoint) -> Drawdown:
    return Drawdown(
        last=Worth(Usdc(point.equity_amount), Usdc(point.given_amount)),
        pnl_peak=Usdc(point.pnl_peak),
        amount_max=Usdc(point.drawdown_max),
        index=point.growth_index,
        index_peak=point.growth_index_peak,
        ratio_max=point.drawdown_ratio_max,
    )


async def last_points(session: ReadSession, owners: Sequence[Owner]) -> dict[Curve, EquityPoint]:
    """The newest point of every curve of these owners that has one."""
    users = [owner.user_id for owner in owners]
    of_strategy = (
        select(EquityPoint)
        .where(EquityPoint.strategy_id == Strategy.id)
        .order_by(EquityPoint.slot_at.desc())
        .limit(1)
        .correlate(Strategy)
        .lateral()
    )
    of_account = (
        select(EquityPoint)
        .where(
            EquityPoint.user_id == Account.user_id,
            EquityPoint.mode == Account.mode,
            EquityPoint.strategy_id.is_(None),
        )
        .order_by(EquityPoint.slot_at.desc())
        .limit(1)
        .correlate(Account)
        .lateral()
    )
    found: list[EquityPoint] = []
    strategy_point, account_point = aliased(EquityPoint, of_strategy), aliased(EquityPoint, of_account)
    found += await session.scalars(
        select(strategy_point)
        .select_from(Strategy)
        .join(of_strategy, true())
        .where(Strategy.user_id.in_(users))
    )
    found += await session.scalars(
        select(account_point).select_from(Account).join(of_account, true()).where(Account.user_id.in_(users))
    )
    return {
        Curve(Owner(point.user_id, point.mode), point.strategy_id): point
        for point in found
        if Owner(point.user_id, point.mode) in owners
    }


async def read_points(
    session: ReadSession, curve: Curve, begin: datetime, end: datetime, length: timedelta
) -> list[EquityPoint]:
    """The last of each `length` from `begin` to before `end`, oldest first; the newest POINTS_MAX of them."""
    bucket = func.date_bin(length, EquityPoint.slot_at, EPOCH)
    rows = await session.scalars(
        select(EquityPoint)
        .where(*_of(curve), EquityPoint.slot_at >= begin, EquityPoint.slot_at < end)
        .ext(distinct_on(bucket))
        .order_by(bucket.desc(), EquityPoint.slot_at.desc())
        .limit(POINTS_MAX)
    )
    return list(rows)[::-1]


async def point_before(session: ReadSession, curve: Curve, moment: datetime) -> EquityPoint | None:
    return await session.scalar(_newest(curve).where(EquityPoint.slot_at < moment))


async def newest_point(session: ReadSession, curve: Curve) -> EquityPoint | None:
    return await session.scalar(_newest(curve))


def _newest(curve: Curve) -> Select[EquityPoint]:
    return select(EquityPoint).where(*_of(curve)).order_by(EquityPoint.slot_at.desc()).limit(1)


def _of(curve: Curve) -> tuple[ColumnElement[bool], ...]:
    if curve.strategy_id is not None:
        return (EquityPoint.strategy_id == curve.strategy_id,)
    return (
        EquityPoint.user_id == curve.owner.user_id,
        EquityPoint.mode == curve.owner.mode,
        EquityPoint.strategy_id.is_(None),
    )


async def first_slot(session: ReadSession, since: datetime) -> datetime | None:
    """Of the oldest point since then."""
    return await session.scalar(select(func.min(EquityPoint.slot_at)).where(EquityPoint.slot_at >= since))


async def keep_last(session: WriteSession, begin: datetime, end: datetime, limit: int) -> int:
    """Of every curve only its last point of the span stays; deletes at most `limit` and says how many."""
    ranked = (
        select(
            EquityPoint.id,
            func.row_number()
            .over(
                partition_by=(EquityPoint.user_id, EquityPoint.mode, EquityPoint.strategy_id),
                order_by=EquityPoint.slot_at.desc(),
            )
            .label("place"),
        )
        .where(EquityPoint.slot_at >= begin, EquityPoint.slot_at < end)
        .subquery()
    )
    surplus = select(ranked.c.id).where(ranked.c.place > 1).limit(limit)
    gone = await session.scalars(
        delete(EquityPoint).where(EquityPoint.id.in_(surplus)).returning(EquityPoint.id)
    )
    return len(gone.all())
