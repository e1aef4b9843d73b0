"""Capital between a user's account and strategies, and between strategies. Each transfer is one move, booked once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from db.models import LedgerEntry, Strategy, StrategyWallet
from db.repositories.accounts import LockedMoney, Owner, book, lock_money
from db.session import ReadSession, WriteSession
from domain.money import Usdc
from domain.portfolio import moves
from domain.portfolio.ledger import Move


@dataclass(frozen=True)
class Transfer:
    """A wish to move capital. `reference` names it: the same one again changes nothing."""

    owner: Owner
    reference: UUID
    amount: Usdc
    now: datetime


@dataclass(frozen=True)
class NotEnough:
    """Nothing was moved: this is all that is free where the money should come from."""

    free: Usdc


class NoSuchStrategy(Exception):
    """The user has no such strategy in this mode."""


async def give(session: WriteSession, transfer: Transfer, strategy_id: UUID) -> NotEnough | None:
    """Cash of the account becomes available to the strategy: all allocations together stay within the account."""
    money = await _locked(session, transfer, strategy_id)
    if await _is_booked(session, transfer):
        return None
    if transfer.amount > money.account.cash_amount:
        return NotEnough(Usdc(money.account.cash_amount))
    totals = money.totals(strategy_id)
    made = moves.give(transfer.reference, strategy_id, transfer.amount, totals, "given to the strategy")
    return await _book(session, money, made, transfer)


async def take_back(session: WriteSession, transfer: Transfer, strategy_id: UUID) -> NotEnough | None:
    """Available capital of the strategy becomes cash; what is reserved or in positions stays."""
    money = await _locked(session, transfer, strategy_id)
    if await _is_booked(session, transfer):
        return None
    free = Usdc(money.wallets[strategy_id].available_amount)
    if transfer.amount > free:
        return NotEnough(free)
    made = moves.take_back(transfer.reference, strategy_id, transfer.amount, "taken back from the strategy")
    return await _book(session, money, made, transfer)


async def rebalance(session: WriteSession, transfer: Transfer, giver: UUID, taker: UUID) -> NotEnough | None:
    """Available capital of `giver` becomes available to `taker`, in one move while both go on trading."""
    money = await _locked(session, transfer, giver, taker)
    if await _is_booked(session, transfer):
        return None
    free = Usdc(money.wallets[giver].available_amount)
    if transfer.amount > free:
        return NotEnough(free)
    made = moves.rebalance(
        transfer.reference, giver, taker, transfer.amount, money.totals(taker), "rebalanced"
    )
    return await _book(session, money, made, transfer)


async def return_all(session: WriteSession, transfer: Transfer, strategy_id: UUID) -> bool:
    """Before a strategy is deleted: its available capital becomes cash. False when it has more than that."""
    money = await _locked(session, transfer, strategy_id)
    wallet = money.wallets[strategy_id]
    if not _is_free(wallet):
        return False
    made = moves.take_back(
        transfer.reference, strategy_id, Usdc(wallet.available_amount), "the strategy was deleted"
    )
    await book(session, money, made, transfer.now)
    return True


async def can_return_all(session: WriteSession, transfer: Transfer, strategy_id: UUID) -> bool:
    """Whether `return_all` would; nothing moves."""
    money = await _locked(session, transfer, strategy_id)
    return _is_free(money.wallets[strategy_id])


def _is_free(wallet: StrategyWallet) -> bool:
    return not (
        wallet.reserved_amount or wallet.deployed_amount or wallet.settling_amount or wallet.shortfall_amount
    )


async def _locked(session: WriteSession, transfer: Transfer, *strategies: UUID) -> LockedMoney:
    money = await lock_money(session, transfer.owner, strategies)
    if missing := set(strategies) - money.wallets.keys():
        raise NoSuchStrategy(str(missing))
    return money


async def _is_booked(session: WriteSession, transfer: Transfer) -> bool:
    return bool(await session.scalar(select(exists().where(LedgerEntry.reference_id == transfer.reference))))


async def _book(
    session: WriteSession, money: LockedMoney, made: list[Move], transfer: Transfer
) -> NotEnough | None:
    await book(session, money, made, transfer.now)
    return None


@dataclass(frozen=True)
class AllocationRow:
    """A strategy's wallet with the words that lists show."""

    strategy: Strategy
    wallet: StrategyWallet


async def list_allocations(session: ReadSession, owner: Owner) -> list[AllocationRow]:
    """Every strategy of the user in this mode, oldest first."""
    rows = await session.execute(
        select(Strategy, StrategyWallet)
        .join(StrategyWallet, StrategyWallet.strategy_id == Strategy.id)
        .where(Strategy.user_id == owner.user_id, Strategy.mode == owner.mode)
        .order_by(Strategy.created_at, Strategy.id)
    )
    return [AllocationRow(row[0], row[1]) for row in rows]
