"""What a Stop asks of positions."""

from decimal import Decimal

from sqlalchemy import select, update

from db.models import ExitRequest, Strategy
from db.repositories import position_exits
from db.repositories.exit_requests import FLATTEN, request_exit
from db.repositories.wind_down import ask_to_sell, positions_to_sell
from domain.money import Price
from tests.desk import Desk, now


async def test_a_stop_that_sells_everything_is_not_bound_by_the_floor_of_an_earlier_wish(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    await desk.bought(strategy, "40")
    position = (await desk.position(strategy)).id
    async with desk.database.write() as session:
        held = await position_exits.lock_for_exit(session, position)
        assert held is not None
        await request_exit(
            session,
            held,
            rule=FLATTEN,
            price_floor=Price(Decimal("0.9")),
            slippage_max=Decimal("0.01"),
            persistent=True,
            reason="Everything closed by a person",
            now=now(),
        )
        await session.execute(
            update(Strategy)
            .where(Strategy.id == strategy)
            .values(desired_state="stopped", stop_choice="flatten")
        )
    async with desk.database.read() as session:
        assert await positions_to_sell(session, strategy) == [position]
    async with desk.database.write() as session:
        assert await ask_to_sell(session, strategy, position, now())
    async with desk.database.read() as session:
        (request,) = await session.scalars(select(ExitRequest).where(ExitRequest.position_id == position))
        assert (request.price_floor, request.slippage_max, request.done_at) == (None, None, None)
        assert request.reason.startswith("the strategy was stopped")
        assert await positions_to_sell(session, strategy) == []
