"""One user with an account and strategies, straight on the books: orders move as the activities move them."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from activities.order_market import MarketSeen
from activities.order_reservation import reserve_or_deny
from db.models import Order, Position, RiskLimit, Strategy, StrategyWallet, User
from db.repositories import orders
from db.repositories.accounts import Owner, open_account
from db.repositories.allocations import Transfer, give
from db.repositories.ledger_check import book_faults
from db.repositories.order_settlement import Fill, settle
from db.repositories.trading_states import hold_state
from db.session import Database, WriteSession
from domain.money import Price, Shares, Usdc
from domain.orders.match_order import match_market_buy
from tests.fixed_markets import FixedMarkets, a_market

BOOK_AGE = timedelta(seconds=2)
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def usdc(text: str) -> Usdc:
    return Usdc(Decimal(text))


def now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """One user with an account and strategies, on a database of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.user = uuid4()
        self.owner = Owner(self.user, "paper")
        self.markets = FixedMarkets(a_market("m1"), a_market("m2", price="0.60"))
        self.strategies: list[UUID] = []

    async def open(self, opening: str, *allocations: str) -> None:
        async with self.database.write() as session:
            await session.execute(insert(User).values(id=self.user, name="tester"))
            await open_account(session, self.owner, usdc(opening), now())
        for amount in allocations:
            await self.add_strategy(amount)

    async def add_strategy(self, amount: str) -> UUID:
        strategy = uuid4()
        async with self.database.write() as session:
            await session.execute(
                insert(Strategy).values(
                    id=strategy, user_id=self.user, name="Test", desired_state="running", run_seq=1
                )
            )
            await session.execute(insert(StrategyWallet).values(id=uuid4(), strategy_id=strategy))
            assert await give(session, self.transfer(amount), strategy) is None
        self.strategies.append(strategy)
        return strategy

    def transfer(self, amount: str, reference: UUID | None = None) -> Transfer:
        return Transfer(owner=self.owner, reference=reference or uuid4(), amount=usdc(amount), now=now())

    async def limit(self, strategy: UUID | None, **limits: Any) -> None:
        async with self.database.write() as session:
            await session.execute(
                insert(RiskLimit).values(
                    id=uuid4(), user_id=self.user, strategy_id=strategy, limits=limits, pending=[]
                )
            )

    async def plan(self, strategy: UUID, amount: str = "20", market: str = "m1", **fields: Any) -> UUID:
        order = uuid4()
        row = {
            "id": order,
            "user_id": self.user,
            "strategy_id": strategy,
            "number": 1,
            "step": 0,
            "node_id": "buy",
            "mode": "paper",
            "source": "sandbox",
            "market_id": market,
            "condition_id": f"0x{market}",
            "question": f"Will {market} happen?",
            "token_id": f"{market}-yes",
            "outcome": "Yes",
            "side": "BUY",
            "order_type": "market",
            "time_in_force": "FAK",
            "amount": Decimal(amount),
            "reason": "test",
            "created_at": now(),
            **fields,
        }
        async with self.database.write() as session:
            await session.execute(insert(Order).values(row))
        return order

    async def seen(self, order: Order, bids: dict[str, Price] | None = None) -> MarketSeen:
        found = await self.markets.markets_by_id((order.market_id,))
        books = await self.markets.books((order.token_id,), BOOK_AGE)
        return MarketSeen(found.markets[0], books[order.token_id].book, bids or {})

    async def reserve(self, order_id: UUID, bids: dict[str, Price] | None = None) -> str:
        """As the activity does it; the status it came to."""
        async with self.database.read() as reading:
            order = await reading.get_one(Order, order_id)
        seen = await self.seen(order, bids)
        async with self.database.write() as session:
            standing = await hold_state(session, self.user)
            locked = await orders.lock_order(session, order_id)
            assert locked is not None
            if locked.status == "planned":
                await reserve_or_deny(session, locked, standing, seen, now())
            return locked.status

    async def fill(self, order_id: UUID) -> None:
        async with self.database.read() as reading:
            order = await reading.get_one(Order, order_id)
        seen = await self.seen(order)
        assert seen.book is not None
        assert seen.market is not None
        match = match_market_buy(seen.book, Usdc(order.amount), seen.market.fees, order.slippage_max)
        async with self.database.write() as session:
            locked = await orders.lock_order(session, order_id)
            assert locked is not None
            await orders.match(session, locked, match, {}, now())
        async with self.database.write() as session:
            locked = await orders.lock_order(session, order_id)
            assert locked is not None
            if locked.status == "matched":
                await settle(session, locked, "Test", now())

    async def bought(self, strategy: UUID, amount: str = "20", market: str = "m1") -> Order:
        order = await self.plan(strategy, amount, market)
        assert await self.reserve(order) == "reserved"
        await self.fill(order)
        return await self.order(order)

    async def sale(self, strategy: UUID, shares: str) -> UUID:
        position = await self.position(strategy)
        return await self.plan(
            strategy, "0", side="SELL", shares=Decimal(shares), position_id=position.id, node_id="exit"
        )

    async def order(self, order_id: UUID) -> Order:
        async with self.database.read() as session:
            return await session.get_one(Order, order_id)

    async def wallet(self, strategy: UUID) -> StrategyWallet:
        async with self.database.read() as session:
            rows = await session.scalars(select(StrategyWallet).where(StrategyWallet.strategy_id == strategy))
            return rows.one()

    async def position(self, strategy: UUID) -> Position:
        async with self.database.read() as session:
            rows = await session.scalars(
                select(Position).where(Position.strategy_id == strategy).order_by(Position.sequence.desc())
            )
            found = rows.first()
            assert found is not None
            return found

    async def faults(self) -> list[str]:
        """Of the books, but for those that name what belongs to the users of other tests."""
        async with self.database.read() as session:
            found = await book_faults(session)
            named = {UUID(each) for fault in found for each in UUIDS.findall(fault)}
            others = set[str]()
            for model in (Strategy, Position, Order):
                rows = await session.scalars(
                    select(model.id).where(model.id.in_(named), model.user_id != self.user)
                )
                others.update(str(each) for each in rows)
        return [fault for fault in found if not others & set(UUIDS.findall(fault))]


def fill_of(order: UUID, shares: str, price: str = "0.50", fee: str = "0.1", index: int = 0) -> Fill:
    amount = Decimal(shares) * Decimal(price)
    return Fill(
        venue_trade_id=f"{order}-{index}",
        index=index,
        price=Price(Decimal(price)),
        shares=Shares(Decimal(shares)),
        amount=Usdc(amount),
        fee=usdc(fee),
    )


async def in_order(desk: Desk, order_id: UUID, work: Callable[[WriteSession, Order], Awaitable[Any]]) -> Any:
    async with desk.database.write() as session:
        locked = await orders.lock_order(session, order_id)
        assert locked is not None
        return await work(session, locked)
