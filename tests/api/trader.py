"""A person whose strategies trade on books that the test decides, through the books of the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from api.record_equity import record_equity
from db.repositories.order_settlement import book_sale
from domain.market.answers import BookAnswer
from tests.api.conftest import Person
from tests.desk import Desk, fill_of, in_order
from tests.fixed_markets import FixedMarkets


class ThinMarkets(FixedMarkets):
    """Books without bids when the test says so."""

    bids_away = False

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]:
        found = await super().books(token_ids, max_age)
        if not self.bids_away:
            return found
        return {
            token: answer.model_copy(
                update={"book": answer.book and answer.book.model_copy(update={"bids": ()})}
            )
            for token, answer in found.items()
        }


@dataclass
class Trader:
    """A person whose strategies trade on books that the test decides."""

    person: Person
    desk: Desk
    markets: ThinMarkets

    async def strategy(self, allocation: str = "500", name: str = "Trader") -> UUID:
        return UUID((await self.person.create(name, allocation=allocation))["id"])

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self.person.http.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def sell(self, strategy: UUID, shares: str, price: str, fee: str = "0.1") -> None:
        order = await self.desk.sale(strategy, shares)
        assert await self.desk.reserve(order) == "reserved"
        fill = fill_of(order, shares, price, fee)

        async def book(session: Any, locked: Any) -> None:
            await book_sale(session, locked, fill, datetime.now(UTC))
            locked.status, locked.final_at = "filled", datetime.now(UTC)

        await in_order(self.desk, order, book)

    async def record(self, now: datetime) -> bool:
        return await record_equity(self.desk.database, self.markets, now)

    def price(self, price: str, market: str = "m1") -> None:
        """The middle; the best bid is half a cent below."""
        known = self.markets.all[market]
        outcomes = tuple(
            outcome.model_copy(update={"price": Decimal(price) if place == 0 else 1 - Decimal(price)})
            for place, outcome in enumerate(known.outcomes)
        )
        self.markets.all[market] = known.model_copy(update={"outcomes": outcomes})
