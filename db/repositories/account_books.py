"""Money and positions of accounts at one moment: one statement, so that nothing moves between its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, case, func, select, tuple_

from db.models import Account, LedgerEntry, Position, Strategy, StrategyWallet
from db.repositories.accounts import Owner, totals_of
from db.session import ReadSession
from domain.money import Usdc
from domain.portfolio import pnl
from domain.portfolio.ledger import Totals


@dataclass(frozen=True)
class StrategyBooks:
    """One strategy's money and its open positions, oldest first."""

    id: UUID
    name: str
    totals: Totals
    positions: tuple[Position, ...]


@dataclass(frozen=True)
class AccountBooks:
    """An account and all its strategies, oldest first."""

    owner: Owner
    account: pnl.Account
    strategies: tuple[StrategyBooks, ...]

    @property
    def positions(self) -> tuple[Position, ...]:
        return tuple(position for each in self.strategies for position in each.positions)


CAME_IN = (
    select(
        func.coalesce(
            func.sum(case((LedgerEntry.side == "credit", LedgerEntry.amount), else_=-LedgerEntry.amount)), 0
        )
    )
    .where(
        LedgerEntry.user_id == Account.user_id,
        LedgerEntry.mode == Account.mode,
        LedgerEntry.account == "external",
    )
    .correlate(Account)
    .scalar_subquery()
)


async def read_books(session: ReadSession, owners: Sequence[Owner]) -> list[AccountBooks]:
    """Of those owners that have an account."""
    rows = await session.execute(
        select(Account, CAME_IN, Strategy, StrategyWallet, Position)
        .outerjoin(Strategy, and_(Strategy.user_id == Account.user_id, Strategy.mode == Account.mode))
        .outerjoin(StrategyWallet, StrategyWallet.strategy_id == Strategy.id)
        .outerjoin(Position, and_(Position.strategy_id == Strategy.id, Position.closed_at.is_(None)))
        .where(tuple_(Account.user_id, Account.mode).in_([tuple(owner) for owner in owners]))
        .order_by(
            Account.user_id,
            Account.mode,
            Strategy.created_at,
            Strategy.id,
            Position.opened_at,
            Position.id,
        )
    )
    accounts: dict[Owner, pnl.Account] = {}
    strategies: dict[Owner, dict[UUID, tuple[str, Totals, list[Position]]]] = {}
    for account, came_in, strategy, wallet, position in rows:
        owner = Owner(account.user_id, account.mode)
        accounts[owner] = pnl.Account(cash=Usdc(account.cash_amount), given=Usdc(Decimal(came_in)))
        of_owner = strategies.setdefault(owner, {})
        if strategy is None or wallet is None:
            continue
        _, _, positions = of_owner.setdefault(strategy.id, (strategy.name, totals_of(wallet), []))
        if position is not None:
            positions.append(position)
    return [
        AccountBooks(
            owner,
            account,
            tuple(
                StrategyBooks(strategy_id, name, totals, tuple(positions))
                for strategy_id, (name, totals, positions) in strategies[owner].items()
            ),
        )
        for owner, account in accounts.items()
    ]


async def next_owners(session: ReadSession, after: Owner | None, limit: int) -> list[Owner]:
    """All accounts there are, page by page."""
    query = select(Account.user_id, Account.mode)
    if after is not None:
        query = query.where(tuple_(Account.user_id, Account.mode) > tuple_(*after))
    rows = await session.execute(query.order_by(Account.user_id, Account.mode).limit(limit))
    return [Owner(row[0], row[1]) for row in rows]
