"""The switch over everything: latched, and it gives back what nobody has begun to post."""

from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from db.models import Order, StrategyWallet
from db.repositories.accounts import Owner, book, lock_money
from db.session import Database
from domain.money import Usdc
from domain.portfolio import moves
from tests.api.conftest import Person
from tests.api.records import TRADED, set_strategy


async def reserved_order(database: Database, person: Person, strategy: UUID, amount: str) -> UUID:
    """As a reservation leaves it: money set aside, nothing at the venue."""
    order_id, owner = uuid4(), Owner(person.id, "paper")
    async with database.write() as session:
        money = await lock_money(session, owner, (strategy,))
        made = moves.reserve(order_id, strategy, Usdc(Decimal(amount)), "test")
        await book(session, money, made, money.account.created_at)
        await session.execute(
            insert(Order).values(
                **TRADED,
                id=order_id,
                user_id=person.id,
                strategy_id=strategy,
                step=0,
                condition_id="0x1",
                side="BUY",
                time_in_force="FAK",
                reason="test",
                amount=amount,
                status="reserved",
                reserved_amount=amount,
                reserved_left=amount,
            )
        )
    return order_id


async def test_trading_is_active_until_somebody_halts_it_and_then_stays_halted(person: Person) -> None:
    before = (await person.http.get("/api/trading-state")).json()
    assert (before["state"], before["changed_at"], before["halt_epoch"]) == ("active", None, 0)
    halted = await person.http.put("/api/trading-state", json={"state": "halted", "reason": "too wild"})
    assert halted.status_code == 200, halted.text
    for _ in range(2):
        again = (await person.http.put("/api/trading-state", json={"state": "halted"})).json()
        assert (again["state"], again["reason"], again["halt_epoch"]) == ("halted", "too wild", 1)
    assert (await person.http.get("/api/trading-state")).json()["state"] == "halted"
    active = (await person.http.put("/api/trading-state", json={"state": "active"})).json()
    assert (active["state"], active["halt_epoch"]) == ("active", 1)
    refused = await person.http.put("/api/trading-state", json={"state": "asleep"})
    assert refused.status_code == 422


async def test_a_halt_gives_back_what_was_reserved_and_not_posted(person: Person, database: Database) -> None:
    strategy = UUID((await person.create(allocation="100"))["id"])
    order = await reserved_order(database, person, strategy, "60")
    halted = (await person.http.put("/api/trading-state", json={"state": "halted"})).json()
    assert halted["released_orders"] == 1
    async with database.read() as session:
        row = await session.get_one(Order, order)
        wallet = (
            await session.scalars(select(StrategyWallet).where(StrategyWallet.strategy_id == strategy))
        ).one()
    assert (row.status, row.status_rule) == ("cancelled", "trading_state")
    assert (wallet.available_amount, wallet.reserved_amount) == (Decimal(100), Decimal(0))


async def test_the_state_of_one_user_is_not_that_of_another(person: Person, stranger: Person) -> None:
    await person.http.put("/api/trading-state", json={"state": "reducing"})
    assert (await stranger.http.get("/api/trading-state")).json()["state"] == "active"


async def test_a_halt_says_what_becomes_of_exits_and_keeps_it_until_it_is_reset(person: Person) -> None:
    async def put(state: str, **fields: str) -> tuple[str, str, int]:
        answer = await person.http.put("/api/trading-state", json={"state": state, **fields})
        assert answer.status_code == 200, answer.text
        view = answer.json()
        return view["state"], view["exits"], view["halt_epoch"]

    assert await put("halted") == ("halted", "go_on", 1)
    assert await put("halted", exits="stop") == ("halted", "stop", 2)
    assert await put("halted") == ("halted", "stop", 2)
    assert await put("halted", exits="go_on") == ("halted", "go_on", 2)
    assert await put("halted", exits="stop") == ("halted", "stop", 3)
    assert await put("active", exits="stop") == ("active", "go_on", 3)
    refused = await person.http.put("/api/trading-state", json={"state": "halted", "exits": "perhaps"})
    assert refused.status_code == 422


async def test_what_a_halt_cannot_end_at_once_is_listed_until_it_is_final(
    person: Person, database: Database
) -> None:
    strategy = UUID((await person.create(allocation="100", start=True))["id"])
    await set_strategy(database, strategy, status="running")
    order = await reserved_order(database, person, strategy, "60")
    async with database.write() as session:
        await session.execute(update(Order).where(Order.id == order).values(status="unknown"))
    halted = (await person.http.put("/api/trading-state", json={"state": "halted"})).json()
    assert (halted["released_orders"], halted["open_orders_total"]) == (0, 1)
    (listed,) = (await person.http.get("/api/trading-state")).json()["open_orders"]
    assert (listed["id"], listed["status"], listed["side"]) == (str(order), "unknown", "BUY")
    assert listed["cancel_requested_at"] is not None
    view = (await person.http.get(f"/api/strategies/{strategy}")).json()
    assert view["held_reason"] == "Trading is halted until you reset it"
    await person.http.put("/api/trading-state", json={"state": "active"})
    assert (await person.http.get("/api/trading-state")).json()["open_orders"] == []
    assert (await person.http.get(f"/api/strategies/{strategy}")).json()["held_reason"] is None
