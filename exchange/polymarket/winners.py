"""Who won, by the order book service (GET /markets/{condition id}): the second sign beside Gamma's words."""

import re
from collections.abc import Mapping
from typing import Any

from domain.market.answers import ClobAnswer
from domain.market.resolution import ClobWord
from exchange.errors import MarketDataRefused
from exchange.polymarket.rate_limits import Endpoint
from exchange.polymarket.upstream import Upstream
from exchange.polymarket.wire import Wire

CONDITION_ID = re.compile(r"0x[0-9a-fA-F]{1,64}")


async def read_clob_word(clob: Wire, upstream: Upstream, condition_id: str) -> ClobAnswer:
    """`word` is None for a market that this service does not know, or of which it says nothing that can be read."""
    if not CONDITION_ID.fullmatch(condition_id):
        return ClobAnswer(observed_at=upstream.now(), word=None)
    asked_at = upstream.now()
    try:
        observed_at, raw = await upstream.run_stamped(
            Endpoint.CLOB_MARKETS, lambda: clob.get(f"/markets/{condition_id}")
        )
        return ClobAnswer(observed_at=observed_at, word=clob_word_of(raw))
    except MarketDataRefused:
        upstream.counters.refused_keys[Endpoint.CLOB_MARKETS.value] += 1
        return ClobAnswer(observed_at=asked_at, word=None)


def clob_word_of(raw: Any) -> ClobWord:
    """Raises MarketDataRefused for an answer of another shape."""
    tokens = raw.get("tokens") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(tokens, list):
        raise MarketDataRefused("the market has no list of tokens")
    return ClobWord(
        closed=raw.get("closed") is True,
        winners=tuple(
            str(token["token_id"])
            for token in tokens
            if isinstance(token, Mapping) and token.get("winner") is True and token.get("token_id")
        ),
        tie=raw.get("is_50_50_outcome") is True,
    )
