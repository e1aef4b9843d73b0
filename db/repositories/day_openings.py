"""What each strategy was worth when the local day was first looked at, and what it lost since."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from db.models import DayOpening, Strategy, StrategyWallet
from db.repositories.accounts import Owner, totals_of
from db.repositories.open_positions import shares_of
from db.session import WriteSession
from domain.money import Price, Usdc
from domain.portfolio.day_pnl import Held, Opening, day_pnl, equity
from domain.portfolio.ledger import Totals
from domain.risk.order_facts import DayLoss

Bids = Mapping[str, Price]
"""Best bid by token; a token without one counts at cost."""


async def day_losses(
    session: WriteSession, owner: Owner, bids: Bids, day: date, now: datetime
) -> dict[UUID, DayLoss]:
    """The day's loss of every strategy of the user in this mode. Whoever looks first on a day opens it.

    Needs the account's lock.
    """
    wallets = list(
        await session.scalars(
            select(StrategyWallet)
            .join(Strategy, Strategy.id == StrategyWallet.strategy_id)
            .where(Strategy.user_id == owner.user_id, Strategy.mode == owner.mode)
        )
    )
    holdings: dict[UUID, list[Held]] = {}
    for held in await shares_of(session, owner):
        holdings.setdefault(held.strategy_id, []).append(
            Held(shares=held.shares, cost=held.cost, bid=bids.get(held.token_id))
        )
    totals = {wallet.strategy_id: totals_of(wallet) for wallet in wallets}
    worth = {each: equity(money, tuple(holdings.get(each, ()))) for each, money in totals.items()}
    openings = await _openings(session, list(totals), day)
    await _open_days(
        session, {each: (worth[each], totals[each]) for each in totals.keys() - openings.keys()}, day, now
    )
    return {each: _loss(worth[each], money, openings.get(each)) for each, money in totals.items()}


def _loss(worth: Usdc, totals: Totals, opening: Opening | None) -> DayLoss:
    if opening is None:
        return DayLoss(loss=Usdc(Decimal(0)), capital=worth)
    given = totals.allocated - opening.allocated
    return DayLoss(
        loss=Usdc(-day_pnl(worth, totals.allocated, opening)),
        capital=Usdc(max(opening.equity + given, Decimal(0))),
    )


async def _openings(session: WriteSession, strategies: Sequence[UUID], day: date) -> dict[UUID, Opening]:
    rows = await session.scalars(
        select(DayOpening).where(DayOpening.strategy_id.in_(strategies), DayOpening.day == day)
    )
    return {
        row.strategy_id: Opening(equity=Usdc(row.equity_amount), allocated=Usdc(row.allocated_amount))
        for row in rows
    }


async def _open_days(
    session: WriteSession, missing: Mapping[UUID, tuple[Usdc, Totals]], day: date, now: datetime
) -> None:
    if not missing:
        return
    rows = [
        {
            "strategy_id": strategy_id,
            "day": day,
            "equity_amount": worth,
            "allocated_amount": totals.allocated,
            "taken_at": now,
        }
        for strategy_id, (worth, totals) in missing.items()
    ]
    await session.execute(insert(DayOpening).values(rows).on_conflict_do_nothing())
