"""Which markets and events a Gamma listing means, in which order."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.listing import EventListing, MarketListing, Tag
from sandbox.venue import Venue
from sandbox.wire.gamma_event import is_closed, totals
from sandbox.wire.query import BadQuery, Query

MOST_IDS = 100

Sorter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Ordering:
    """How a listing is sorted; `given` tells whether the client asked for it."""

    key: Sorter
    ascending: bool


def select_markets(venue: Venue, query: Query, at_ms: int) -> list[MarketListing]:
    """Filtered and ordered. Closed markets only with closed=true, also when looked up by id. Raises BadQuery."""
    found = _market_pool(venue, query, at_ms)
    closed = bool(query.flag("closed"))
    if query.flag("archived") or query.flag("active") is False:
        return []
    wanted_tag = _tag_filter(venue, query)
    ends = (query.moment("end_date_min"), query.moment("end_date_max"))
    starts = (query.moment("start_date_min"), query.moment("start_date_max"))
    liquidity = (query.amount("liquidity_num_min"), query.amount("liquidity_num_max"))
    volume = (query.amount("volume_num_min"), query.amount("volume_num_max"))
    uma = query.text("uma_resolution_status")
    versions = query.texts("version")
    ordering = _market_ordering(venue, query, at_ms)
    kept: list[MarketListing] = []
    for market in found:
        state = venue.state(market, at_ms)
        if state.closed is not closed or (versions and "v1" not in versions):
            continue
        if wanted_tag is not None and not wanted_tag(market.tags):
            continue
        if not _within(market.ends_ms, ends) or not _within(market.opens_ms, starts):
            continue
        if uma is not None and state.resolution != uma:
            continue
        if any(bound is not None for bound in (*liquidity, *volume)):
            figures = venue.figures(market, at_ms)
            if not _within(figures.liquidity, liquidity) or not _within(figures.volume, volume):
                continue
        kept.append(market)
    return sorted(kept, key=ordering.key, reverse=not ordering.ascending)


def _market_pool(venue: Venue, query: Query, at_ms: int) -> list[MarketListing]:
    lookups = (
        ("id", venue.market_by_id), ("slug", venue.market_by_slug), ("clob_token_ids", venue.market_by_token),
        ("condition_ids", venue.market_by_condition),
    )  # fmt: skip
    pool: list[MarketListing] | None = None
    for name, lookup in lookups:
        wanted = query.texts(name, MOST_IDS)
        if name == "id" and not all(value.isascii() and value.isdigit() for value in wanted):
            raise BadQuery("id: not a valid integer")
        if not wanted:
            continue
        found = {market.id: market for value in wanted if (market := lookup(value, at_ms)) is not None}
        pool = list(found.values()) if pool is None else [market for market in pool if market.id in found]
    question_ids = query.texts("question_ids", MOST_IDS)
    if question_ids:
        pool = [market for market in pool or venue.markets(at_ms) if market.question_id in question_ids]
    return list(venue.markets(at_ms)) if pool is None else pool


def _market_ordering(venue: Venue, query: Query, at_ms: int) -> Ordering:
    keys: dict[str, Sorter] = {
        "id": lambda market: int(market.id),
        "volumeNum": lambda market: venue.figures(market, at_ms).volume,
        # As text, which is what the service does with this one.
        "volume": lambda market: str(venue.figures(market, at_ms).volume),
        "volume24hr": lambda market: venue.figures(market, at_ms).volume_24h,
        "liquidityNum": lambda market: venue.figures(market, at_ms).liquidity,
        "liquidity": lambda market: venue.figures(market, at_ms).liquidity,
        "endDate": lambda market: market.ends_ms,
        "startDate": lambda market: market.opens_ms,
        "createdAt": lambda market: market.opens_ms,
        "closedTime": lambda market: venue.state(market, at_ms).closed_ms or 0,
        "spread": lambda market: _spread(venue, market, at_ms),
    }
    return _ordering(query, keys)


def select_events(venue: Venue, query: Query, at_ms: int) -> list[EventListing]:
    """Filtered and ordered; closed events only with closed=true. Raises BadQuery."""
    pool = _event_pool(venue, query, at_ms)
    closed = bool(query.flag("closed"))
    if query.flag("archived") or query.flag("active") is False or query.flag("featured"):
        return []
    wanted_tag = _tag_filter(venue, query)
    ends = (query.moment("end_date_min"), query.moment("end_date_max"))
    starts = (query.moment("start_date_min"), query.moment("start_date_max"))
    liquidity = (query.amount("liquidity_min"), query.amount("liquidity_max"))
    volume = (query.amount("volume_min"), query.amount("volume_max"))
    words = (query.text("title_search") or "").lower()
    query.word("recurrence", ("daily", "weekly", "monthly"))
    ordering = _event_ordering(venue, query, at_ms)
    kept = [
        event
        for event in pool
        if is_closed(venue, event, at_ms) is closed
        and (wanted_tag is None or wanted_tag(event.tags))
        and _within(event.ends_ms, ends)
        and _within(event.opens_ms, starts)
        and words in event.title.lower()
        and _totals_within(venue, event, at_ms, volume, liquidity)
    ]
    return sorted(kept, key=ordering.key, reverse=not ordering.ascending)


def _event_pool(venue: Venue, query: Query, at_ms: int) -> list[EventListing]:
    ids, slugs = query.texts("id", MOST_IDS), query.texts("slug", MOST_IDS)
    if not ids and not slugs:
        return list(venue.events(at_ms))
    by_id = [venue.event_by_id(value, at_ms) for value in ids]
    by_slug = [venue.event_by_slug(value, at_ms) for value in slugs]
    return list({event.id: event for event in (*by_id, *by_slug) if event is not None}.values())


def _event_ordering(venue: Venue, query: Query, at_ms: int) -> Ordering:
    keys: dict[str, Sorter] = {
        "id": lambda event: int(event.id),
        "volume": lambda event: totals(venue, event, at_ms)[0],
        "liquidity": lambda event: totals(venue, event, at_ms)[1],
        "volume24hr": lambda event: totals(venue, event, at_ms)[2],
        "volume_24hr": lambda event: totals(venue, event, at_ms)[2],
        "endDate": lambda event: event.ends_ms,
        "startDate": lambda event: event.opens_ms,
        "createdAt": lambda event: event.opens_ms,
    }
    return _ordering(query, keys)


def _ordering(query: Query, keys: dict[str, Sorter]) -> Ordering:
    names = [name.strip() for name in (query.text("order") or "id").split(",")]
    for name in names:
        if name not in keys:
            raise BadQuery(f"order fields are not valid: {name}")
    ascending = query.flag("ascending")
    parts = [keys[name] for name in names]
    tie = keys["id"]
    # Without an order the service lists by id, oldest first; with one, biggest first.
    usual = query.text("order") is None
    return Ordering(
        lambda row: (*(part(row) for part in parts), tie(row)), usual if ascending is None else ascending
    )


def _tag_filter(venue: Venue, query: Query) -> Callable[[tuple[Tag, ...]], bool] | None:
    ids, slug = set(query.wholes("tag_id")), query.text("tag_slug")
    excluded = set(query.wholes("exclude_tag_id"))
    need_all = query.word("tag_match", ("any", "all")) == "all"
    if not ids and slug is None and not excluded:
        return None
    if query.flag("related_tags"):
        ids |= related_tag_ids(venue, ids)

    def matches(tags: tuple[Tag, ...]) -> bool:
        own = {tag.id for tag in tags}
        if excluded & own or (slug is not None and slug not in {tag.slug for tag in tags}):
            return False
        return not ids or (ids <= own if need_all else bool(ids & own))

    return matches


def related_tag_ids(venue: Venue, ids: set[int]) -> set[int]:
    """The given tags and those that share a word of their slug with one of them."""
    words = {word for tag in venue.tags() if tag.id in ids for word in tag.slug.split("-")}
    return {tag.id for tag in venue.tags() if words & set(tag.slug.split("-"))}


def _within(value: Any, bounds: tuple[Any, Any]) -> bool:
    low, high = bounds
    return (low is None or value >= low) and (high is None or value <= high)


def _totals_within(
    venue: Venue,
    event: EventListing,
    at_ms: int,
    volume: tuple[Decimal | None, Decimal | None],
    liquidity: tuple[Decimal | None, Decimal | None],
) -> bool:
    if volume == (None, None) and liquidity == (None, None):
        return True
    volume_now, liquidity_now, _ = totals(venue, event, at_ms)
    return _within(volume_now, volume) and _within(liquidity_now, liquidity)


def _spread(venue: Venue, market: MarketListing, at_ms: int) -> Decimal:
    figures = venue.figures(market, at_ms)
    if figures.best_bid is None or figures.best_ask is None:
        return Decimal(1)
    return figures.best_ask - figures.best_bid
