"""The product's worker, whose feed goes to CASCADIAN_BENCHMARK_FEED instead of the sandbox itself."""

import asyncio
import os
from functools import partial

import worker
from config.settings import Settings
from exchange.polymarket.environment import Addresses
from exchange.polymarket.market_feed import PolymarketFeed


def relayed_feed(address: str, source: str, sandbox_url: str | None) -> PolymarketFeed:
    return PolymarketFeed(Addresses(clob_market_ws_url=address))


if __name__ == "__main__":
    feed = partial(relayed_feed, os.environ["CASCADIAN_BENCHMARK_FEED"])
    vars(worker)["connect_market_feed"] = feed
    asyncio.run(worker.run(Settings()))
