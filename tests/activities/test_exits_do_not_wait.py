"""An exit asks the venue for its own market only, however much the user holds."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from temporalio.testing import ActivityEnvironment

from activities.order_reservation import OrderReservation
from contracts.order import OrderInput
from db.session import Database
from domain.market.answers import BookAnswer
from tests.desk import Desk
from tests.fixed_markets import FixedMarkets, a_market


class RememberingMarkets(FixedMarkets):
    """Keeps which books were asked for."""

    def __init__(self) -> None:
        super().__init__(a_market("m1"), a_market("m2", price="0.60"))
        self.tokens: list[str] = []

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]:
        self.tokens.extend(token_ids)
        return await super().books(token_ids, max_age)


async def test_a_sale_reads_only_its_own_book_and_a_purchase_all_that_are_held(database: Database) -> None:
    desk = Desk(database)
    await desk.open("1000", "500", "400")
    seller, other = desk.strategies
    await desk.bought(seller, market="m1")
    await desk.bought(other, market="m2")
    sale, purchase = await desk.sale(seller, "5"), await desk.plan(seller)
    asked: dict[str, list[str]] = {}
    for name, order in (("sale", sale), ("purchase", purchase)):
        markets = RememberingMarkets()
        activity = OrderReservation(desk.database, markets, lambda: datetime.now(UTC)).reserve_order
        step = await ActivityEnvironment().run(activity, OrderInput(order_id=order, strategy_id=seller))
        assert step.status == "reserved"
        asked[name] = markets.tokens
    assert asked["sale"] == ["m1-yes"]
    assert sorted(set(asked["purchase"])) == ["m1-yes", "m2-yes"]
