"""The invented people who trade and hold: a fixed crowd per seed, a few of them whales."""

from decimal import Decimal
from functools import lru_cache

from sandbox.clock import HOUR
from sandbox.listing import MarketListing
from sandbox.seeded import choice, hex_digits, mix, unit
from sandbox.venue import Holding, Wallet

CROWD = 400
WHALES = 24
WHALE_CASH = 5_000.0
HOLDERS_PER_OUTCOME = 20

FIRST = (
    "calm",
    "rusty",
    "polar",
    "swift",
    "hollow",
    "lucky",
    "quiet",
    "amber",
    "tidal",
    "stray",
    "blunt",
    "vivid",
)
SECOND = (
    "otter",
    "ledger",
    "falcon",
    "lantern",
    "pepper",
    "anchor",
    "badger",
    "comet",
    "thicket",
    "marble",
    "kite",
    "mule",
)


@lru_cache(maxsize=2048)
def wallet_of(seed: int, number: int) -> Wallet:
    key = mix(seed, number, 70)
    name = f"{choice(FIRST, key, 1)}-{choice(SECOND, key, 2)}-{number}"
    return Wallet("0x" + hex_digits(40, key, 3), name, name.replace("-", " ").title())


def trader_of(seed: int, market: MarketListing, key: int, dollars: float) -> Wallet:
    """Large fills come from whales; each market has its own regulars."""
    if dollars >= WHALE_CASH:
        return wallet_of(seed, mix(key, 71) % WHALES)
    regular = mix(int(market.id), mix(key, 72) % 40, 73)
    return wallet_of(seed, WHALES + regular % (CROWD - WHALES))


def transaction_of(key: int) -> str:
    return "0x" + hex_digits(64, key, 74)


def holdings_of(seed: int, market: MarketListing, open_interest: float, at_ms: int) -> list[Holding]:
    """Biggest first. They change by the hour, the whales' most."""
    hour = at_ms // HOUR
    found: list[Holding] = []
    for outcome in (0, 1):
        for rank in range(HOLDERS_PER_OUTCOME):
            key = mix(seed, int(market.id), outcome, rank, 75)
            number = rank if rank < 3 else WHALES + key % (CROWD - WHALES)
            share = 0.24 / (rank + 1.4) ** 1.3
            drift = 0.8 + 0.4 * unit(key, hour // (2 if rank < 3 else 12))
            amount = Decimal(int(open_interest * share * drift * 100)) / 100
            if amount:
                found.append(
                    Holding(wallet_of(seed, (number + mix(key, 76) % WHALES) % CROWD), outcome, amount)
                )
    return sorted(found, key=lambda holding: holding.amount, reverse=True)
