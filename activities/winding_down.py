"""One look at a stopped strategy: what its Stop has to end is asked to end, each in a transaction of its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.repositories import wind_down as books
from db.repositories.exit_requests import FLATTEN
from db.session import Database


@dataclass(frozen=True)
class WoundDown:
    """Who is to be told: workflows of orders that were asked to end, guards of positions that are to be sold."""

    orders: tuple[UUID, ...] = ()
    positions: tuple[UUID, ...] = ()
    done: bool = False
    """Nothing is left that the Stop has to end."""


async def wind_down(database: Database, strategy_id: UUID, now: datetime) -> WoundDown:
    """May be repeated, beside itself too: every order and position is asked once."""
    async with database.read() as session:
        choice = await books.choice_of(session, strategy_id)
        if choice is None:
            return WoundDown(done=True)
        entries = await books.entries_to_end(session, strategy_id, choice)
    ended = []
    for order_id in entries:
        async with database.write() as session:
            if await books.end_entry(session, order_id, choice, now):
                ended.append(order_id)
    selling = await _sell(database, strategy_id, now) if choice == FLATTEN else []
    return WoundDown(tuple(ended), tuple(selling), await _finish(database, strategy_id, now))


async def _finish(database: Database, strategy_id: UUID, now: datetime) -> bool:
    """Locks the strategy only for the last word: a round may look in vain for days."""
    async with database.read() as session:
        if not await books.has_wound_down(session, strategy_id):
            return False
    async with database.write() as session:
        return await books.finish_winding_down(session, strategy_id, now)


async def _sell(database: Database, strategy_id: UUID, now: datetime) -> list[UUID]:
    async with database.read() as session:
        positions = await books.positions_to_sell(session, strategy_id)
    asked = []
    for position_id in positions:
        async with database.write() as session:
            if await books.ask_to_sell(session, strategy_id, position_id, now):
                asked.append(position_id)
    return asked
