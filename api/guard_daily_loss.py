"""Once a minute: whoever runs and has lost its day's limit is paused, whether it orders or not."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import structlog

from activities.order_market import bids_of
from api.tell_engine import tell
from api.temporal_gateway import TemporalGateway
from db.repositories.accounts import Owner, lock_account
from db.repositories.day_openings import Bids, day_losses
from db.repositories.risk_limits import limits_in_force
from db.repositories.risk_pause import pause_for_loss, running_holders
from db.session import Database
from domain.money import Usdc
from domain.portfolio.day_pnl import local_day
from domain.risk.order_facts import DayLoss
from domain.risk.rules.daily_loss import verdict
from exchange.ports import MarketData

EVERY = 60.0

log = structlog.get_logger(__name__)


async def guard_daily_loss(
    database: Database, markets: MarketData, gateway: TemporalGateway, now: datetime
) -> int:
    """One round over all users who hold something in a running strategy; how many strategies were paused."""
    async with database.read() as session:
        holders = await running_holders(session)
    paused = 0
    for owner, strategies in holders.items():
        bids = await bids_of(database, markets, owner)
        for strategy_id, reason in (await _beyond(database, owner, strategies, bids, now)).items():
            async with database.write() as session:
                done = await pause_for_loss(session, strategy_id, reason, now)
            if done:
                paused += 1
                await tell(gateway.pause(strategy_id), strategy_id)
    return paused


async def _beyond(
    database: Database, owner: Owner, strategies: Sequence[UUID], bids: Bids, now: datetime
) -> dict[UUID, str]:
    """Those of the strategies whose day is over, with the sentence that says why."""
    found: dict[UUID, str] = {}
    async with database.write() as session:
        cash = (await lock_account(session, owner)).cash_amount
        limits = {each: await limits_in_force(session, owner.user_id, each, now) for each in strategies}
        of_user = next(iter(limits.values()))[1]
        days = await day_losses(session, owner, bids, local_day(now, of_user.time_zone), now)
    everything = DayLoss(
        loss=Usdc(sum((day.loss for day in days.values()), Decimal(0))),
        capital=Usdc(cash + sum((day.capital for day in days.values()), Decimal(0))),
    )
    together = verdict(everything, of_user.daily_loss_ratio_max, "all strategies together")
    for each, (own_limits, _) in limits.items():
        own = verdict(days[each], own_limits.daily_loss_ratio_max, "the strategy")
        if not own.passed or not together.passed:
            found[each] = (together if own.passed else own).sentence
    return found


async def guard_forever(
    database: Database, markets: MarketData, gateway: TemporalGateway, now: Callable[[], datetime]
) -> None:
    """Rounds forever; one that fails is made up for by the next."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await guard_daily_loss(database, markets, gateway, now())
        except Exception as error:
            log.warning("daily_loss_not_looked_at", reason=f"{type(error).__name__}: {error}"[:200])
