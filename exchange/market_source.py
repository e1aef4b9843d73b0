"""Market data of the chosen source: Polymarket itself, or a sandbox that speaks its protocol."""

from exchange.market_data import CachedMarketData
from exchange.polymarket.create import create_market_data
from exchange.polymarket.environment import Addresses


def connect_market_data(source: str, sandbox_url: str | None) -> CachedMarketData:
    """`source` is polymarket or sandbox; the sandbox needs its address. Nothing is sent before the first ask."""
    if source == "polymarket":
        return create_market_data()
    if not sandbox_url:
        raise ValueError("CASCADIAN_SANDBOX_URL is not set; `cascadian up` starts a sandbox and sets it")
    return create_market_data(Addresses.of_sandbox(sandbox_url))
