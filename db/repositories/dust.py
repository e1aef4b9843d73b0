"""What a sale leaves below the venue's smallest size can never be sold: it is written off, and is a loss."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from db.models import Order, Position
from db.repositories.accounts import LockedMoney, book
from db.repositories.open_positions import lock_position, remove_shares
from db.repositories.trade_exits import record_exits
from db.session import WriteSession
from domain.ids import NAMESPACE
from domain.money import Price, Shares, Usdc, plain
from domain.orders.rounding import SIZE_STEP
from domain.portfolio import moves

ZERO = Decimal(0)


def written_off_id(position: UUID) -> UUID:
    """Id under which the ledger books the loss of what was left of a position."""
    return uuid5(NAMESPACE, f"written-off|{position}")


async def write_off_dust(session: WriteSession, money: LockedMoney, order: Order, now: datetime) -> bool:
    """After the last fill of a sale: closes its position if too little of it is left to sell. Says whether it did."""
    position = await lock_position(session, order.position_id) if order.position_id else None
    if position is None:
        return False
    return await write_off(session, money, position, now)


async def write_off(session: WriteSession, money: LockedMoney, position: Position, now: datetime) -> bool:
    """The same for a position that is locked. False while it has more, or something of it is offered."""
    left = Shares(position.shares)
    if left == 0 or left >= SIZE_STEP or position.offered_shares != 0:
        return False
    # Offered to nobody but this very transaction: that is how shares leave a position.
    position.offered_shares = left
    parts = await remove_shares(session, position, left, now)
    cost = Usdc(sum((part.cost for part in parts), ZERO))
    reason = f"{plain(left)} {position.outcome} in “{position.question}” are too few to sell"
    made = moves.written_off(written_off_id(position.id), position.strategy_id, cost, reason)
    await book(session, money, made, now)
    position.realised_pnl -= cost
    position.close_reason = "written_off"
    await session.flush()
    await record_exits(session, position.id, parts, Price(ZERO), Usdc(ZERO), now)
    return True
