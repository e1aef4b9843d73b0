"""Which market source this instance uses. Decided once per data folder: prices of two sources never mix."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from config.settings import MarketSource
from launcher.errors import LauncherError

GAMMA_URL = "https://gamma-api.polymarket.com/markets?limit=1"
PROBE_SECONDS_MAX = 3.0


@dataclass(frozen=True)
class SourceChoice:
    """The source and, when there is something to say about it, a sentence for the console."""

    source: MarketSource
    sentence: str


async def polymarket_answers(url: str = GAMMA_URL, seconds_max: float = PROBE_SECONDS_MAX) -> bool:
    """True when Polymarket's public data can be read from here now."""
    try:
        async with httpx.AsyncClient(timeout=seconds_max) as client:
            answer = await client.get(url)
            return answer.status_code == 200 and isinstance(answer.json(), list)
    except (httpx.HTTPError, OSError, ValueError):
        return False


async def choose_source(
    wanted: MarketSource,
    stored: str | None,
    folder: str,
    probe: Callable[[], Awaitable[bool]] = polymarket_answers,
) -> SourceChoice:
    """`stored` is the source of the data folder, None for a new one. Raises LauncherError when the two don't go together."""
    if stored is not None and stored not in (MarketSource.POLYMARKET, MarketSource.SANDBOX):
        raise LauncherError(
            f"The data folder {folder} names an unknown market source ({stored!r}) in its file `source`."
        )
    if wanted is not MarketSource.AUTO:
        if stored not in (None, wanted):
            raise LauncherError(
                f"The data folder {folder} belongs to the market source {stored}, but CASCADIAN_MARKETS is {wanted}. "
                "Set CASCADIAN_DATA_DIR to another folder, or delete this one's data with `cascadian reset`."
            )
        return SourceChoice(wanted, f"{wanted} (CASCADIAN_MARKETS)")
    if stored == MarketSource.SANDBOX:
        return SourceChoice(MarketSource.SANDBOX, "sandbox, as in this data folder so far")
    answered = await probe()
    if stored == MarketSource.POLYMARKET:
        sentence = "polymarket, as in this data folder so far"
        return SourceChoice(
            MarketSource.POLYMARKET,
            sentence if answered else sentence + "; it doesn't answer now, so strategies wait for it",
        )
    if answered:
        return SourceChoice(MarketSource.POLYMARKET, "polymarket")
    return SourceChoice(
        MarketSource.SANDBOX, "sandbox: Polymarket doesn't answer from here, prices are simulated"
    )
