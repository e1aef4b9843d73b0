"""Market data of the chosen source: Polymarket itself, or a sandbox that speaks its protocol."""

from exchange.market_data import CachedMarketData
from exchange.polymarket.create import create_market_data
from exchange.polymarket.environment import Addresses


def sandbox_addresses(base_url: str) -> Addresses:
    """Where the sandbox at `base_url` serves each of Polymarket's services."""
    base = base_url.rstrip("/")
    return Addresses(
        gamma_url=f"{base}/gamma",
        clob_url=f"{base}/clob",
        data_url=f"{base}/data",
        clob_market_ws_url=base.replace("http", "ws", 1) + "/ws/market",
    )


def connect_market_data(source: str, sandbox_url: str | None) -> CachedMarketData:
    """`source` is polymarket or sandbox; the sandbox needs its address. Nothing is sent before the first ask."""
    if source == "polymarket":
        return create_market_data()
    if not sandbox_url:
        raise ValueError("CASCADIAN_SANDBOX_URL is not set; `cascadian up` starts a sandbox and sets it")
    return create_market_data(sandbox_addresses(sandbox_url))
