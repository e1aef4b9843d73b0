"""The API's round over who holds something: a day that is lost pauses the strategy although it orders nothing."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from api.guard_daily_loss import guard_daily_loss
from db.models import DayOpening, Strategy, StrategyEvent
from domain.money import Price
from tests.api.conftest import dead_gateway
from tests.desk import Desk, now


def price_of_m1(desk: Desk, price: str) -> None:
    market = desk.markets.all["m1"]
    yes = market.outcomes[0].model_copy(update={"price": Price(Decimal(price))})
    desk.markets.all["m1"] = market.model_copy(update={"outcomes": (yes, market.outcomes[1])})


async def test_a_position_that_falls_pauses_its_strategy_once_and_a_new_day_is_judged_anew(
    desk: Desk,
) -> None:
    await desk.open("1000", "100", "100")
    falls, holds = desk.strategies
    await desk.bought(falls, "80", "m1")
    await desk.bought(holds, "80", "m2")
    gateway = dead_gateway()
    await guard_daily_loss(desk.database, desk.markets, gateway, now())
    price_of_m1(desk, "0.20")
    for _ in range(2):
        await guard_daily_loss(desk.database, desk.markets, gateway, now())
    async with desk.database.read() as session:
        rows = await session.scalars(select(Strategy).where(Strategy.user_id == desk.user))
        states = {row.id: (row.desired_state, row.pause_reason) for row in rows}
        events = await session.scalars(
            select(StrategyEvent.kind).where(StrategyEvent.strategy_id.in_(desk.strategies))
        )
        assert list(events).count("daily_loss_limit") == 1
    assert states[holds] == ("running", None)
    assert states[falls][0] == "paused"
    assert "daily limit of 20 USDC" in (states[falls][1] or "")
    await guard_daily_loss(desk.database, desk.markets, gateway, now() + timedelta(days=1))
    async with desk.database.read() as session:
        days = await session.scalars(select(DayOpening.day).where(DayOpening.strategy_id == falls))
        assert len(list(days)) == 2
    await gateway.close()
