"""Money and positions of accounts at one moment: one statement, so that nothing moves between its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, case, func, select, tuple_

from db.models import Account, LedgerEntry, Position, Strategy, StrategyWallet
from db.repositories.accounts import Owner
from db.session import ReadSession
from domain.money import Shares, Usdc
from domain.portfolio import pnl
from domain.portfolio.ledger import Totals


class OpenPosition(NamedTuple):
    """`cost`: of what is held now, fees included."""

    id: UUID
    market_id: str
    question: str
    token_id: str
    outcome: str
    shares: Shares
    cost: Usdc


@dataclass(frozen=True)
class StrategyBooks:
    """One strategy's money and its open positions, oldest first."""

    id: UUID
    name: str
    totals: Totals
    positions: tuple[OpenPosition, ...]


@dataclass(frozen=True)
class AccountBooks:
    """An account and all its strategies, oldest first."""

    owner: Owner
    account: pnl.Account
    strategies: tuple[StrategyBooks, ...]

    @property
    def positions(self) -> tuple[OpenPosition, ...]:
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


# Plain columns: thousands of rows are read at once, and objects of the ORM would cost several times as much.
POSITION = (
    Position.id,
    Position.market_id,
    Position.question,
    Position.token_id,
    Position.outcome,
    Position.shares,
    Position.cost_amount,
)
WALLET = (
    StrategyWallet.allocated_amount,
    StrategyWallet.available_amount,
    StrategyWallet.reserved_amount,
    StrategyWallet.deployed_amount,
    StrategyWallet.settling_amount,
    StrategyWallet.shortfall_amount,
    StrategyWallet.realised_pnl,
    StrategyWallet.fees_paid,
)
TOTALS = tuple(Totals.model_fields)
OF_STRATEGY = 4
OF_WALLET = OF_STRATEGY + 2
OF_POSITION = OF_WALLET + len(WALLET)


async def read_books(
    session: ReadSession, owners: Sequence[Owner], strategy_id: UUID | None = None
) -> list[AccountBooks]:
    """Of those owners that have an account; with `strategy_id` only that of their strategies."""
    rows = await session.execute(_rows(owners, strategy_id))
    accounts: dict[Owner, pnl.Account] = {}
    strategies: dict[Owner, dict[UUID, tuple[str, Totals]]] = {}
    positions: dict[UUID, list[OpenPosition]] = {}
    for row in rows:
        owner = Owner(row[0], row[1])
        if owner not in accounts:
            accounts[owner] = pnl.Account(cash=Usdc(row[2]), given=Usdc(Decimal(row[3])))
            strategies[owner] = {}
        found, name = row[OF_STRATEGY], row[OF_STRATEGY + 1]
        if row[OF_WALLET] is None:
            continue
        if found not in strategies[owner]:
            amounts = dict(zip(TOTALS, row[OF_WALLET:OF_POSITION], strict=True))
            strategies[owner][found] = (name, Totals(**amounts))
            positions[found] = []
        if row[OF_POSITION] is not None:
            positions[found].append(OpenPosition(*row[OF_POSITION:]))
    return [
        AccountBooks(
            owner,
            account,
            tuple(
                StrategyBooks(each, name, totals, tuple(positions[each]))
                for each, (name, totals) in strategies[owner].items()
            ),
        )
        for owner, account in accounts.items()
    ]


def _rows(owners: Sequence[Owner], strategy_id: UUID | None) -> Select[Any]:
    """One row per position, or per strategy without one, or per account without strategies."""
    of_account = and_(Strategy.user_id == Account.user_id, Strategy.mode == Account.mode)
    if strategy_id is not None:
        of_account = and_(of_account, Strategy.id == strategy_id)
    account = (Account.user_id, Account.mode, Account.cash_amount, CAME_IN)
    return (
        select(*account, Strategy.id, Strategy.name, *WALLET, *POSITION)
        .outerjoin(Strategy, of_account)
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


async def next_owners(session: ReadSession, after: Owner | None, limit: int) -> list[Owner]:
    """All accounts there are, page by page."""
    query = select(Account.user_id, Account.mode)
    if after is not None:
        query = query.where(tuple_(Account.user_id, Account.mode) > tuple_(*after))
    rows = await session.execute(query.order_by(Account.user_id, Account.mode).limit(limit))
    return [Owner(row[0], row[1]) for row in rows]
