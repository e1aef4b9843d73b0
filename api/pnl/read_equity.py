"""Equity curves as charts need them."""

from datetime import datetime, timedelta
from uuid import UUID

from api.allocations.schemas import Mode
from api.pnl.schemas import EquityPointView, EquityResolution, EquityView
from api.problem import invalid_request, not_found
from db.models import EquityPoint
from db.repositories.accounts import Owner, owner_of
from db.repositories.equity_points import Curve, point_before, read_points
from db.session import Database
from domain.portfolio.equity_curve import Resolution, fitting, is_gap

SPAN_DEFAULT = timedelta(days=30)
SPAN_MAX = timedelta(days=3660)


async def read_strategy_equity(
    database: Database,
    user_id: UUID,
    strategy_id: UUID,
    span: tuple[datetime, datetime],
    resolution: EquityResolution | None,
    now: datetime,
) -> EquityView:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        owner = await owner_of(session, user_id, strategy_id)
    if owner is None:
        raise not_found("strategy")
    return await _read(database, Curve(owner, strategy_id), span, resolution, now)


async def read_account_equity(
    database: Database,
    user_id: UUID,
    mode: Mode,
    span: tuple[datetime, datetime],
    resolution: EquityResolution | None,
    now: datetime,
) -> EquityView:
    return await _read(database, Curve(Owner(user_id, mode), None), span, resolution, now)


def span_of(begin: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """The last 30 days unless told. Raises ApiProblem 422."""
    for name, moment in (("from", begin), ("to", end)):
        if moment is not None and moment.tzinfo is None:
            raise invalid_request(f"`{name}` needs a time zone, such as 2026-11-23T00:00:00Z.", name)
        if moment is not None and not 2000 <= moment.year < 3000:
            raise invalid_request(f"`{name}` is no time that anything can have happened at.", name)
    # What was just written belongs to it.
    to = end if end is not None else now + timedelta(minutes=1)
    since = begin if begin is not None else to - SPAN_DEFAULT
    if since >= to:
        raise invalid_request("`from` must be before `to`.", "from")
    if to - since > SPAN_MAX:
        raise invalid_request("Ten years at most.", "from")
    return since, to


async def _read(
    database: Database,
    curve: Curve,
    span: tuple[datetime, datetime],
    wanted: EquityResolution | None,
    now: datetime,
) -> EquityView:
    begin, end = span
    resolution = Resolution(wanted) if wanted is not None else fitting(end - begin)
    async with database.read() as session:
        points = await read_points(session, curve, begin, end, resolution.length)
        before = await point_before(session, curve, begin)
    items: list[EquityPointView] = []
    previous = before
    for point in points:
        missing = (
            previous is not None
            and previous.holding
            and is_gap(previous.slot_at, point.slot_at, resolution, now)
        )
        items.append(_view(point, gap_before=missing))
        previous = point
    return EquityView(
        mode="live" if curve.owner.mode == "live" else "paper",
        resolution=resolution.value,
        begin=begin,
        end=end,
        before=_view(before, gap_before=False) if before is not None else None,
        items=items,
    )


def _view(point: EquityPoint, *, gap_before: bool) -> EquityPointView:
    return EquityPointView(
        at=point.at,
        equity=point.equity_amount,
        given=point.given_amount,
        pnl=point.equity_amount - point.given_amount,
        gap_before=gap_before,
    )
