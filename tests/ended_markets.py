"""A desk in whose markets results are proposed, disputed and reached, as the venue would say it."""

from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select

from api.settle_resolutions import Round, settle_resolutions
from db.models import MarketResolution, StrategyEvent, StrategyTrade
from domain.market.market import ResolutionWord
from domain.market.resolution import ClobWord
from domain.money import Price
from scripts.check_books import differences, read_all
from tests.api.conftest import dead_gateway
from tests.desk import Desk, now
from tests.fixed_markets import a_market


def new_market(desk: Desk, price: str = "0.40") -> str:
    """Id of a market of its own: how a market stands is one row for everybody."""
    market = f"r{uuid4().hex[:10]}"
    desk.markets.all[market] = a_market(market, price=price)
    return market


def say(
    desk: Desk, market: str, price: str, status: str | None, *statuses: str, closed: bool = False
) -> None:
    """The venue's word from now on; `price` of the first outcome."""
    known = desk.markets.all[market]
    first = Decimal(price)
    prices = (first, 1 - first)
    desk.markets.all[market] = known.model_copy(
        update={
            "outcomes": tuple(
                outcome.model_copy(update={"price": Price(each)})
                for outcome, each in zip(known.outcomes, prices, strict=True)
            ),
            "closed": closed,
            "accepting_orders": not closed,
            "resolution": ResolutionWord(uma_status=status, uma_statuses=statuses),
        }
    )
    if closed and first == 1 - first:
        desk.markets.clob[known.condition_id] = ClobWord(closed=True, tie=True)


def end(desk: Desk, market: str, price: str) -> None:
    say(desk, market, price, "resolved", "proposed", closed=True)


async def sale_of(desk: Desk, strategy: UUID, market: str, shares: str) -> UUID:
    """A planned order for shares of the first outcome that the strategy holds now."""
    position = await desk.position(strategy)
    assert position.market_id == market
    return await desk.plan(
        strategy, "0", market, side="SELL", shares=Decimal(shares), position_id=position.id, node_id="exit"
    )


async def look(desk: Desk) -> Round:
    """One round of the API's. After it the books add up, and are what a separate calculation makes of ledger and fills."""
    gateway = dead_gateway()
    try:
        done = await settle_resolutions(desk.database, desk.markets, gateway, "sandbox", now())
    finally:
        await gateway.close()
    assert await desk.faults() == []
    place = desk.database._engine.url.set(drivername="postgresql")
    url = place.render_as_string(hide_password=False)
    assert differences(await read_all(url, desk.user)) == []
    return done


async def standing(desk: Desk, market: str) -> MarketResolution:
    async with desk.database.read() as session:
        return await session.get_one(MarketResolution, (market, "sandbox"))


async def told(desk: Desk, market: str) -> list[tuple[str, str]]:
    """Kinds and sentences of what holders were told about the market."""
    async with desk.database.read() as session:
        rows = await session.scalars(
            select(StrategyEvent)
            .where(StrategyEvent.user_id == desk.user, StrategyEvent.data["market_id"].astext == market)
            .where(StrategyEvent.kind.like("market_%"))
            .order_by(StrategyEvent.id)
        )
        return [(row.kind, row.message) for row in rows]


async def trades(desk: Desk, market: str) -> list[StrategyTrade]:
    async with desk.database.read() as session:
        rows = await session.scalars(
            select(StrategyTrade)
            .where(StrategyTrade.user_id == desk.user, StrategyTrade.market_id == market)
            .order_by(StrategyTrade.created_at)
        )
        return list(rows)
