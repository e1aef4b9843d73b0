"""What large trades and large holders add up to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.market.activity import HoldersAnswer, PublicTrade, TradesAnswer

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Flow:
    """Net amounts in USDC: above 0 the first outcome was bought. `known_since`: the trades do not reach further back."""

    trades_net: Decimal
    trades: int
    holders_net: Decimal
    holders: int
    known_since: datetime | None


def flow_of(
    trades: TradesAnswer,
    holders: HoldersAnswer | None,
    *,
    first_token: str,
    since: datetime,
    trade_min: Decimal,
    holder_min: Decimal,
) -> Flow:
    """Trades after `since`. A holder's change is what the wallet's trades add up to; transfers are not seen."""
    recent = [trade for trade in trades.trades if trade.at > since]
    large = [trade for trade in recent if trade.price * trade.size >= trade_min]
    changes = _changes(recent, first_token)
    held = {holding.wallet for holding in holders.holders} if holders is not None else set()
    counted = [
        changes[wallet] for wallet in sorted(held & changes.keys()) if abs(changes[wallet]) >= holder_min
    ]
    oldest = min((trade.at for trade in trades.trades), default=None)
    complete = not trades.truncated or (oldest is not None and oldest <= since)
    return Flow(
        trades_net=sum((signed(trade, first_token) for trade in large), ZERO),
        trades=len(large),
        holders_net=sum(counted, ZERO),
        holders=len(counted),
        known_since=None if complete else oldest,
    )


def signed(trade: PublicTrade, first_token: str) -> Decimal:
    """USDC, above 0 when it speaks for the first outcome: it was bought, or the other one sold."""
    bullish = (trade.side == "BUY") == (trade.token_id == first_token)
    amount = trade.price * trade.size
    return amount if bullish else -amount


def _changes(trades: list[PublicTrade], first_token: str) -> Mapping[str, Decimal]:
    changes: dict[str, Decimal] = {}
    for trade in trades:
        changes[trade.wallet] = changes.get(trade.wallet, ZERO) + signed(trade, first_token)
    return changes
