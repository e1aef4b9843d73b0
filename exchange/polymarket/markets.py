"""Market listings and lookups at Gamma, by keyset pages: offsets end at about 2,000, and `closed` defaults to false."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.market.market import Market
from domain.market.matching import by_volume
from exchange.errors import MarketDataRefused
from exchange.polymarket.parsing import Unrepresentable, market_from
from exchange.polymarket.rate_limits import Endpoint
from exchange.polymarket.upstream import Upstream
from exchange.polymarket.wire import Wire
from exchange.source import Listing, ListingKey, MarketLookup

log = logging.getLogger(__name__)

PATH = "/markets/keyset"
PAGE_SIZE = 100
"""The venue silently clamps `limit` to this."""
LAST_CURSORS = (None, "", "LTE=")

Parameter = tuple[str, str | int]


class MarketReader:
    """Reads Gamma markets; `page_cap` bounds one listing."""

    def __init__(self, gamma: Wire, upstream: Upstream, page_cap: int) -> None:
        self._gamma = gamma
        self._upstream = upstream
        self._page_cap = page_cap

    async def listing(self, key: ListingKey) -> Listing:
        """Open markets, highest volume first, up to the page cap."""
        observed_at = self._upstream.now()
        markets: dict[str, Market] = {}
        cursor: str | None = None
        for _ in range(self._page_cap):
            items, following = await self._page(_listing_parameters(key), cursor)
            for market in self._read(items, key.tag):
                markets.setdefault(market.id, market)
            if following in (*LAST_CURSORS, cursor):
                cursor = None
                break
            cursor = following
        ordered = sorted(markets.values(), key=by_volume)
        return Listing(observed_at=observed_at, markets=tuple(ordered), truncated=cursor is not None)

    async def by_id(self, market_ids: Sequence[str]) -> Mapping[str, MarketLookup]:
        """At most a page of ids. Those that are not open are asked for among the closed ones: unasked, the venue leaves them out."""
        observed_at = self._upstream.now()
        found: dict[str, Market] = {}
        for closed in ("false", "true"):
            # The venue refuses a whole batch for one id that is no number.
            missing = [one for one in market_ids if one not in found and one.isascii() and one.isdigit()]
            if not missing:
                break
            items, _ = await self._page([("closed", closed), *(("id", one) for one in missing)], None)
            found.update((market.id, market) for market in self._read(items, None))
        return {market_id: MarketLookup(observed_at, found.get(market_id)) for market_id in market_ids}

    async def _page(
        self, parameters: Sequence[Parameter], cursor: str | None
    ) -> tuple[list[Any], str | None]:
        query: list[Parameter] = [*parameters, ("include_tag", "true"), ("limit", PAGE_SIZE)]
        if cursor is not None:
            query.append(("after_cursor", cursor))
        page = await self._upstream.run(Endpoint.MARKETS, lambda: self._gamma.get(PATH, query))
        items = page.get("markets") if isinstance(page, Mapping) else None
        if not isinstance(page, Mapping) or not isinstance(items, list | None):
            raise MarketDataRefused(f"{PATH}: the answer has no list of markets")
        return items or [], page.get("next_cursor")

    def _read(self, items: Sequence[Any], known_tag: str | None) -> Iterator[Market]:
        for raw in items:
            if not isinstance(raw, Mapping):
                continue
            try:
                yield market_from(raw, known_tag)
            except Unrepresentable as reason:
                self._upstream.counters.skipped_markets += 1
                log.debug("left out: %s", reason)


def _listing_parameters(key: ListingKey) -> list[Parameter]:
    parameters: list[Parameter] = [
        ("closed", "false"),
        ("active", "true"),
        ("order", "volumeNum"),
        ("ascending", "false"),
    ]
    if key.tag_id is not None:
        parameters.append(("tag_id", key.tag_id))
    if key.volume_floor > 0:
        parameters.append(("volume_num_min", str(int(key.volume_floor))))
    if key.liquidity_floor > 0:
        parameters.append(("liquidity_num_min", str(int(key.liquidity_floor))))
    return parameters
