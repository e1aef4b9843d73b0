"""All that the rules look at, read under the locks of the reservation. Money in USDC, ages in seconds."""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.money import Price, Shares, Usdc
from domain.portfolio.ledger import ZERO, Totals
from domain.risk.limits import StrategyLimits, UserLimits
from domain.risk.trading_state import HaltedExits, TradingState


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class MarketFacts(Frozen):
    """What the venue said last. Everything is None or False when it does not know the market any more."""

    known: bool
    tradable: bool
    best_price: Price | None = None
    """BUY: the best ask, or the limit where that is lower. SELL: the best bid."""
    slippage: Decimal | None = None
    """How far from the best price the book would fill the whole order: 0.02 is two per cent; None without a book."""
    data_age_seconds: Decimal | None = None
    tick_size: Decimal | None = None
    min_order_size: Shares | None = None
    """Of limit orders."""
    crosses: bool = False
    """A limit order would take from the book at once."""


class Exposure(Frozen):
    """Cost of positions and of orders under way, without the order itself."""

    outcome: Usdc = ZERO
    market: Usdc = ZERO
    event: Usdc = ZERO
    """0 for a market without an event."""
    user_market: Usdc = ZERO
    user_event: Usdc = ZERO
    user_total: Usdc = ZERO


class DayLoss(Frozen):
    """`loss` of the local day, below zero for a gain, and the capital that the day began with."""

    loss: Usdc = ZERO
    capital: Usdc = ZERO


class OrderFacts(Frozen):
    """One order and its surroundings at the moment of its reservation."""

    side: Literal["BUY", "SELL"]
    order_type: Literal["market", "limit"] = "market"
    limit_price: Price | None = None
    """Of a limit order, on a tick."""
    amount: Usdc
    """BUY: before fees; all of it at the limit. SELL: what the shares would bring at the best bid."""
    needed: Usdc
    """BUY: with the highest possible fee. SELL: 0."""
    shares: Shares | None
    """Of a SELL and of a limit BUY."""
    age_seconds: int
    valid_for_seconds: int
    market: MarketFacts
    trading_state: TradingState
    halted_exits: HaltedExits = "go_on"
    """What the halt, if there is one, does to exits."""
    totals: Totals
    account_cash: Usdc = ZERO
    """This and all up to `user_day` is known of entries only: exits spend nothing and must not wait for it."""
    account_capital: Usdc = ZERO
    """Cash, and the capital of every strategy of the user in this mode."""
    account_deployed: Usdc = ZERO
    """What is in positions, or set aside for orders, of all those strategies."""
    exposure: Exposure = Exposure()
    recent_orders: int = 0
    """Of this strategy, accepted in the last minute."""
    strategy_day: DayLoss = DayLoss()
    user_day: DayLoss = DayLoss()
    shares_free: Shares | None
    """SELL: held and not offered yet."""
    strategy_limits: StrategyLimits
    user_limits: UserLimits

    @property
    def is_entry(self) -> bool:
        return self.side == "BUY"
