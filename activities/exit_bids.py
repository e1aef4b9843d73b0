"""Whether anybody would buy at an allowed price: looked at before a fruitless exit is tried again, outside of transactions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from activities.order_market import BOOK_AGE_MAX
from db.models import ExitRequest, Position
from db.repositories.exit_requests import open_requests
from db.repositories.exit_tries import taken_lately
from db.session import Database
from domain.money import Price, plain
from domain.orders.bids_left import bids_left
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.ports import MarketData


@dataclass(frozen=True, slots=True)
class BidSeen:
    """`trouble` says why nothing can be sold now, whatever the floor; else `best_bid` is known."""

    best_bid: Price | None = None
    trouble: str | None = None


async def look_for_bids(
    database: Database, markets: MarketData, position_id: UUID, now: datetime
) -> BidSeen | None:
    """None: nobody has tried before, and who tries first need not look."""
    async with database.read() as session:
        position = await session.get(Position, position_id)
        if position is None or position.closed_at is not None:
            return None
        again = [request for request in await open_requests(session, position.id) if needs_look(request, now)]
        if not again:
            return None
        taken = await taken_lately(session, position.id, now) if position.mode == "paper" else ()
    try:
        books = await markets.books((position.token_id,), BOOK_AGE_MAX)
    except (MarketDataUnavailable, MarketDataRefused):
        return BidSeen(trouble="the market's prices cannot be read now")
    found = books.get(position.token_id)
    if found is None or found.book is None:
        return BidSeen(trouble="the market has no order book any more")
    best_bid = bids_left(found.book, taken).best_bid
    return BidSeen(trouble="nobody bids") if best_bid is None else BidSeen(best_bid=best_bid)


def needs_look(request: ExitRequest, now: datetime) -> bool:
    """A market order that sold nothing before goes out again only when somebody bids."""
    due = request.next_attempt_at is None or request.next_attempt_at <= now
    return request.status == "pending" and request.attempts > 0 and request.order_type == "market" and due


def why_not(request: ExitRequest, seen: BidSeen) -> str | None:
    """Why the request would sell nothing now; None when it might."""
    if seen.trouble is not None or seen.best_bid is None:
        return seen.trouble
    if request.price_floor is not None and seen.best_bid < request.price_floor:
        return f"the best bid {plain(seen.best_bid)} is below the floor {plain(request.price_floor)}"
    return None
