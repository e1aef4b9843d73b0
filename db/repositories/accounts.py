"""Accounts and wallets under lock: the account first, then the wallets by strategy id, everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from db.models import Account, Strategy, StrategyWallet
from db.repositories.ledger_entries import add_moves
from db.session import ReadSession, WriteSession
from domain.errors import InvariantViolation
from domain.money import Usdc
from domain.portfolio import moves
from domain.portfolio.ledger import Move, Totals, after, cash_after

PAPER_OPENING = Usdc(Decimal(10_000))
"""What a paper account begins with unless the operator says otherwise."""


class Owner(NamedTuple):
    """Whose money, and which: paper and live never meet."""

    user_id: UUID
    mode: str


@dataclass(frozen=True)
class LockedMoney:
    """One account and some of its wallets, locked until the transaction ends."""

    owner: Owner
    account: Account
    wallets: dict[UUID, StrategyWallet]

    def totals(self, strategy_id: UUID) -> Totals:
        return totals_of(self.wallets[strategy_id])


def totals_of(wallet: StrategyWallet) -> Totals:
    return Totals(
        allocated=Usdc(wallet.allocated_amount),
        available=Usdc(wallet.available_amount),
        reserved=Usdc(wallet.reserved_amount),
        deployed=Usdc(wallet.deployed_amount),
        settling=Usdc(wallet.settling_amount),
        shortfall=Usdc(wallet.shortfall_amount),
        realised_pnl=Usdc(wallet.realised_pnl),
        fees_paid=Usdc(wallet.fees_paid),
    )


async def owner_of(session: ReadSession | WriteSession, user_id: UUID, strategy_id: UUID) -> Owner | None:
    """Whose account the strategy works with; None also when it belongs to somebody else."""
    mode = await session.scalar(
        select(Strategy.mode).where(Strategy.id == strategy_id, Strategy.user_id == user_id)
    )
    return None if mode is None else Owner(user_id, mode)


async def open_account(session: WriteSession, owner: Owner, opening: Usdc, now: datetime) -> None:
    """Makes the account with its opening balance unless it exists; two at once still make one."""
    made = await session.scalar(
        insert(Account)
        .values(user_id=owner.user_id, mode=owner.mode, cash_amount=opening, created_at=now, updated_at=now)
        .on_conflict_do_nothing()
        .returning(Account.user_id)
    )
    if made is not None:
        await add_moves(
            session, owner.user_id, owner.mode, moves.opening(owner.user_id, opening, owner.mode), now
        )


async def lock_account(session: WriteSession, owner: Owner) -> Account:
    """Raises InvariantViolation when there is none: it is made before the first strategy."""
    account = await session.scalar(
        select(Account)
        .where(Account.user_id == owner.user_id, Account.mode == owner.mode)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if account is None:
        raise InvariantViolation(f"user {owner.user_id} has no {owner.mode} account")
    return account


async def lock_money(session: WriteSession, owner: Owner, strategies: Iterable[UUID]) -> LockedMoney:
    """The account and the wallets of those strategies that exist and belong to it."""
    account = await lock_account(session, owner)
    wallets = await session.scalars(
        select(StrategyWallet)
        .join(Strategy, Strategy.id == StrategyWallet.strategy_id)
        .where(
            StrategyWallet.strategy_id.in_(tuple(strategies)),
            Strategy.user_id == owner.user_id,
            Strategy.mode == owner.mode,
        )
        .order_by(StrategyWallet.strategy_id)
        .with_for_update(of=StrategyWallet)
        .execution_options(populate_existing=True)
    )
    return LockedMoney(owner, account, {wallet.strategy_id: wallet for wallet in wallets})


async def book(session: WriteSession, money: LockedMoney, wanted: list[Move], now: datetime) -> list[Move]:
    """Books what was not booked before and moves the running totals; answers what was new.

    Raises InvariantViolation when the totals would not add up; then nothing of the transaction may stay.
    """
    new = await add_moves(session, money.owner.user_id, money.owner.mode, wanted, now)
    if not new:
        return new
    money.account.cash_amount = cash_after(Usdc(money.account.cash_amount), new)
    money.account.updated_at = now
    for strategy_id, wallet in money.wallets.items():
        _write(wallet, after(totals_of(wallet), strategy_id, new), now)
    touched = {place.strategy_id for move in new for place in (move.credit, move.debit)} - {None}
    if unknown := touched - money.wallets.keys():
        raise InvariantViolation(f"money of {unknown} moved without its lock")
    await session.flush()
    return new


def _write(wallet: StrategyWallet, totals: Totals, now: datetime) -> None:
    wallet.allocated_amount = totals.allocated
    wallet.available_amount = totals.available
    wallet.reserved_amount = totals.reserved
    wallet.deployed_amount = totals.deployed
    wallet.settling_amount = totals.settling
    wallet.shortfall_amount = totals.shortfall
    wallet.realised_pnl = totals.realised_pnl
    wallet.fees_paid = totals.fees_paid
    wallet.updated_at = now


class AccountSums(NamedTuple):
    """Over all strategies of one account."""

    capital: Usdc
    committed: Usdc
    """In positions, settling, or set aside for orders."""


async def account_sums(session: ReadSession | WriteSession, owner: Owner) -> AccountSums:
    row = (
        await session.execute(
            select(
                func.coalesce(func.sum(StrategyWallet.allocated_amount + StrategyWallet.realised_pnl), 0),
                func.coalesce(
                    func.sum(
                        StrategyWallet.reserved_amount
                        + StrategyWallet.deployed_amount
                        + StrategyWallet.settling_amount
                    ),
                    0,
                ),
            )
            .join(Strategy, Strategy.id == StrategyWallet.strategy_id)
            .where(Strategy.user_id == owner.user_id, Strategy.mode == owner.mode)
        )
    ).one()
    return AccountSums(Usdc(row[0]), Usdc(row[1]))
