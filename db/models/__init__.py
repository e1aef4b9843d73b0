"""All tables. Importing this package registers them with the metadata."""

from db.models.declarative import Model
from db.models.equity import EquityPoint
from db.models.event import StrategyEvent
from db.models.execution import Evidence, StrategyContinuation, StrategyExecution
from db.models.exit import ExitRequest, PositionExit, PriceWatch
from db.models.ledger import Account, DayOpening, LedgerEntry
from db.models.order import Order, OrderFill, StrategyTrade
from db.models.position import Position, PositionLot
from db.models.pruning import PruningMark
from db.models.resolution import MarketResolution, Withdrawal
from db.models.risk import RiskLimit, TradingStateRow
from db.models.strategy import Strategy, StrategyVersion, StrategyWallet
from db.models.user import ApiToken, IdempotencyKey, LoginCode, User, UserSession
from db.models.watchlist import StrategyWatchlist

__all__ = [
    "Account",
    "ApiToken",
    "DayOpening",
    "EquityPoint",
    "Evidence",
    "ExitRequest",
    "IdempotencyKey",
    "LedgerEntry",
    "LoginCode",
    "MarketResolution",
    "Model",
    "Order",
    "OrderFill",
    "Position",
    "PositionExit",
    "PositionLot",
    "PriceWatch",
    "PruningMark",
    "RiskLimit",
    "Strategy",
    "StrategyContinuation",
    "StrategyEvent",
    "StrategyExecution",
    "StrategyTrade",
    "StrategyVersion",
    "StrategyWallet",
    "StrategyWatchlist",
    "TradingStateRow",
    "User",
    "UserSession",
    "Withdrawal",
]
