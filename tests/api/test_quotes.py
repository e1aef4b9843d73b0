"""Prices to mark at: a book that was kept a moment too long is read again, a venue that is away is not asked for ever."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from api.pnl.read_quotes import read_quotes
from db.repositories.account_books import OpenPosition
from domain.market.answers import BookAnswer
from domain.money import Shares, Usdc
from exchange.errors import MarketDataUnavailable
from tests.fixed_markets import FixedMarkets, a_market

HELD = OpenPosition(uuid4(), "m1", "Will m1 happen?", "m1-yes", "Yes", Shares(Decimal(10)), Usdc(Decimal(4)))


class LateMarkets(FixedMarkets):
    """The first `late` questions are answered too late."""

    late = 0

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]:
        if self.late > 0:
            self.late -= 1
            raise MarketDataUnavailable("books: 1 of 1 came too late to be fresh")
        return await super().books(token_ids, max_age)


async def test_a_book_that_came_too_late_is_asked_for_once_more() -> None:
    markets = LateMarkets(a_market("m1", price="0.40"))
    markets.late = 1
    assert (await read_quotes(markets, [HELD]))["m1-yes"].price == Decimal("0.395")
    markets.late = 5
    with pytest.raises(MarketDataUnavailable):
        await read_quotes(markets, [HELD])
    assert markets.late == 3


async def test_nothing_is_asked_for_nothing() -> None:
    markets = FixedMarkets()
    assert await read_quotes(markets, []) == {}
    assert markets.asked == 0
