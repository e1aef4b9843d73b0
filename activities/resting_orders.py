"""Resting paper orders beside a feed: where each stands is kept in memory, and every fill is committed at once.

What is only in memory is how far the queue has moved: a worker that is killed forgets a few seconds of it, and the order
waits a little longer than it might have. It never gets more.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select, update

from activities.venue_orders import has_expired, resting_of
from db.models import Order
from db.repositories.orders import lock_order
from db.repositories.venue_answers import take_answer
from db.session import Database
from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.orders.resting import Resting, Served, after_book, after_trade
from domain.orders.resting_fill import resting_fill
from domain.orders.venue_order import VenueAnswer

WRITTEN_EVERY = timedelta(seconds=5)
"""How often the place of an order that got nothing is written down."""

log = structlog.get_logger("activities.resting_orders")

Look = Callable[[Resting], Served]


@dataclass
class Place:
    """`stored`: as the books have it. `now`: with what was seen since."""

    order_id: UUID
    expires_at: datetime | None
    stored: Resting
    now: Resting
    written_at: datetime


class RestingOrders:
    """Of one worker, for one loop: its methods are called one after the other."""

    def __init__(self, database: Database, clock: Callable[[], datetime], source: str | None = None) -> None:
        """`source`: only orders of this one; a feed of another does not know their tokens."""
        self._database = database
        self._clock = clock
        self._source = source
        self._places: dict[str, dict[UUID, Place]] = {}

    async def load(self, tokens: Collection[str] | None = None) -> None:
        """Which paper orders rest, of these tokens or of all. Where the books know nothing newer, memory stays."""
        wanted = select(Order.id, Order.token_id, Order.expires_at, Order.resting).where(
            Order.status == "live", Order.mode == "paper", Order.final_at.is_(None)
        )
        if self._source is not None:
            wanted = wanted.where(Order.source == self._source)
        if tokens is not None:
            wanted = wanted.where(Order.token_id.in_(tuple(tokens)))
        async with self._database.read() as session:
            rows = (await session.execute(wanted)).all()
        known = {order_id: place for places in self._places.values() for order_id, place in places.items()}
        found: dict[str, dict[UUID, Place]] = {}
        for row in rows:
            if row.resting is None:
                continue
            stored = Resting.model_validate(row.resting)
            place = known.get(row.id)
            if place is None or place.stored != stored:
                place = Place(row.id, row.expires_at, stored, stored, self._clock())
            found.setdefault(row.token_id, {})[row.id] = place
        if tokens is None:
            self._places = found
            return
        for token in tokens:
            self._places.pop(token, None)
        self._places.update(found)

    def tokens(self) -> frozenset[str]:
        return frozenset(token for token, places in self._places.items() if places)

    async def on_book(self, token_id: str, book: LiveBook, observed_at: datetime) -> tuple[UUID, ...]:
        """Orders that got shares, committed, for the caller to signal."""
        return await self._serve(token_id, lambda resting: after_book(resting, book), observed_at)

    async def on_trade(self, trade: TradeSeen) -> tuple[UUID, ...]:
        """The same for a public trade."""
        return await self._serve(
            trade.token_id, lambda resting: after_trade(resting, trade), trade.observed_at
        )

    async def _serve(self, token_id: str, look: Look, when: datetime) -> tuple[UUID, ...]:
        served = []
        for place in list(self._places.get(token_id, {}).values()):
            if place.expires_at is not None and when >= place.expires_at:
                continue
            seen = look(place.now)
            if seen.filled > 0:
                if await self._commit(token_id, place, look):
                    served.append(place.order_id)
            elif seen.resting != place.now:
                place.now = seen.resting
                await self._write_down(place)
        return tuple(served)

    async def _commit(self, token_id: str, place: Place, look: Look) -> bool:
        """Under lock: if somebody else has looked meanwhile, the same is seen from where the order stands now."""
        now = self._clock()
        async with self._database.write() as session:
            order = await lock_order(session, place.order_id)
            stored = resting_of(order) if order is not None and order.status == "live" else None
            if order is None or stored is None or order.cancel_requested_at is not None:
                self._forget(token_id, place)
                return False
            if has_expired(order, now):
                return False
            before = place.now if stored == place.stored else stored
            seen = look(before)
            fills = (resting_fill(before, seen.filled),) if seen.filled > 0 else ()
            over = seen.resting.left == 0
            answer = VenueAnswer(status="matched" if over else "live", fills=fills, resting=seen.resting)
            await take_answer(session, order, answer, now)
        place.stored = place.now = seen.resting
        place.written_at = now
        if over:
            self._forget(token_id, place)
        log.info("resting order served", order_id=str(place.order_id), filled=str(seen.filled))
        return bool(fills)

    def _forget(self, token_id: str, place: Place) -> None:
        self._places.get(token_id, {}).pop(place.order_id, None)

    async def _write_down(self, place: Place) -> None:
        now = self._clock()
        if now - place.written_at < WRITTEN_EVERY or place.now.stands_as(place.stored):
            return
        place.written_at = now
        async with self._database.write() as session:
            written = await session.scalar(
                update(Order)
                .where(
                    Order.id == place.order_id,
                    Order.status == "live",
                    Order.resting == place.stored.model_dump(mode="json"),
                )
                .values(resting=place.now.model_dump(mode="json"))
                .returning(Order.id)
            )
        if written is not None:
            place.stored = place.now
