"""Market data of the chosen source: Polymarket itself, or a sandbox that speaks its protocol."""

from exchange.market_data import CachedMarketData
from exchange.polymarket.create import create_market_data
from exchange.polymarket.environment import Addresses
from exchange.polymarket.market_feed import PolymarketFeed


def connect_market_data(source: str, sandbox_url: str | None) -> CachedMarketData:
    """`source` is polymarket or sandbox; the sandbox needs its address. Nothing is sent before the first ask."""
    return create_market_data(_addresses(source, sandbox_url))


def connect_market_feed(source: str, sandbox_url: str | None) -> PolymarketFeed:
    """Nothing is sent before something is watched. To be closed."""
    return PolymarketFeed(_addresses(source, sandbox_url))


def _addresses(source: str, sandbox_url: str | None) -> Addresses:
    if source == "polymarket":
        return Addresses()
    if not sandbox_url:
        raise ValueError("CASCADIAN_SANDBOX_URL is not set; `cascadian up` starts a sandbox and sets it")
    return Addresses.of_sandbox(sandbox_url)
