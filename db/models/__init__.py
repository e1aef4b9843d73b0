"""All tables. Importing this package registers them with the metadata."""

from db.models.declarative import Model
from db.models.event import StrategyEvent
from db.models.execution import Evidence, StrategyContinuation, StrategyExecution
from db.models.order import Order, OrderFill, StrategyTrade
from db.models.pruning import PruningMark
from db.models.strategy import Strategy, StrategyVersion, StrategyWallet
from db.models.user import ApiToken, IdempotencyKey, LoginCode, User, UserSession
from db.models.watchlist import StrategyWatchlist

__all__ = [
    "ApiToken",
    "Evidence",
    "IdempotencyKey",
    "LoginCode",
    "Model",
    "Order",
    "OrderFill",
    "PruningMark",
    "Strategy",
    "StrategyContinuation",
    "StrategyEvent",
    "StrategyExecution",
    "StrategyTrade",
    "StrategyVersion",
    "StrategyWallet",
    "StrategyWatchlist",
    "User",
    "UserSession",
]
