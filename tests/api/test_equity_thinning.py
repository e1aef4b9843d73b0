"""Old points get rarer: hourly after 7 days, daily after 90; the deepest fall is not forgotten."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from api.housekeeping import keep_house, thin_equity
from db.models import EquityPoint, Strategy
from db.repositories.accounts import Owner
from db.repositories.equity_points import Curve, NewPoint, add_points
from db.session import Database
from domain.money import Usdc
from domain.portfolio.drawdown import Worth, begin, step
from domain.portfolio.equity_curve import Resolution
from tests.desk import Desk


def worth(equity: int) -> Worth:
    return Worth(Usdc(Decimal(equity)), Usdc(Decimal(500)))


async def _draw(desk: Desk, begin_at: datetime, levels: list[int]) -> None:
    """One point every five minutes, of the first strategy and of the account."""
    for strategy in (desk.strategies[0], None):
        drawdown = begin(worth(500))
        points = []
        for place, level in enumerate(levels):
            drawdown = step(drawdown, worth(level))
            at = begin_at + place * timedelta(minutes=5)
            points.append(NewPoint(Curve(desk.owner, strategy), at, at, True, drawdown))
        async with desk.database.write() as session:
            await add_points(session, points)


async def _points(desk: Desk, *, account: bool = False) -> list[EquityPoint]:
    of_strategy = (
        EquityPoint.strategy_id.is_(None) if account else EquityPoint.strategy_id == desk.strategies[0]
    )
    async with desk.database.read() as session:
        rows = await session.scalars(
            select(EquityPoint)
            .where(EquityPoint.user_id == desk.user, of_strategy)
            .order_by(EquityPoint.slot_at)
        )
        return list(rows)


async def test_points_are_hourly_after_7_days_and_daily_after_90_and_the_drawdown_stays(
    own_database: Database,
) -> None:
    desk = Desk(own_database)
    await desk.open("1000", "500")
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    old, older = now - timedelta(days=8), now - timedelta(days=100)
    await _draw(desk, older.replace(hour=0), [500, 100] + [600] * 30)
    await _draw(desk, old.replace(hour=0), [600, 700] + [650] * 30)
    await _draw(desk, now - timedelta(minutes=20), [640, 630])
    await keep_house(own_database, now)
    for account in (False, True):
        found = await _points(desk, account=account)
        assert [point.slot_at.date() for point in found] == [older.date()] + [old.date()] * 3 + [
            now.date()
        ] * 2
        assert [point.slot_at.strftime("%H:%M") for point in found[:4]] == [
            "02:35",
            "00:55",
            "01:55",
            "02:35",
        ]
        assert found[0].drawdown_max == 400
        assert found[0].drawdown_ratio_max == Decimal("0.8")
    await keep_house(own_database, now)
    assert len(await _points(desk)) == 6


async def test_thinning_goes_on_in_small_batches_until_a_day_is_done(own_database: Database) -> None:
    desk = Desk(own_database)
    await desk.open("1000", "500")
    await desk.add_strategy("100")
    day = datetime(2026, 11, 10, tzinfo=UTC)
    await _draw(desk, day, [500] * 36)
    await thin_equity(own_database, Resolution.HOUR, (day + timedelta(days=1)).date(), batch=2)
    assert len(await _points(desk)) == len(await _points(desk, account=True)) == 3


async def test_a_deleted_strategy_takes_its_curve_along_and_gets_no_more_points(
    own_database: Database,
) -> None:
    desk = Desk(own_database)
    await desk.open("1000", "500")
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    await _draw(desk, now, [500, 510])
    strategy = desk.strategies[0]
    async with own_database.write() as session:
        await session.delete(await session.get_one(Strategy, strategy))
    assert await _points(desk) == []
    point = NewPoint(Curve(Owner(desk.user, "paper"), strategy), now, now, False, begin(worth(500)))
    async with own_database.write() as session:
        await add_points(session, [point])
    assert await _points(desk) == []
    assert len(await _points(desk, account=True)) == 2
