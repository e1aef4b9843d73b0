"""Gamma: markets, events, tags, search."""

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import HOUR
from sandbox.listing import EventListing, MarketListing, Tag
from sandbox.local_exchange import LocalExchange
from sandbox.routes.answers import Refused, answer, public_route
from sandbox.venue import Venue
from sandbox.wire.gamma_event import event_object, is_closed
from sandbox.wire.gamma_filters import related_tag_ids, select_events, select_markets
from sandbox.wire.gamma_market import WireObject, market_object, tag_object
from sandbox.wire.query import BadQuery, Query

T = TypeVar("T")
Select = Callable[[Venue, Query, int], Sequence[T]]
Rows = Callable[[LocalExchange, Query, Sequence[T], int], list[WireObject]]
Find = Callable[[str, int], T | None]

PAGE = 100
USUAL_PAGE = 20
MOST_OFFSET = 2000
KEYSET_HINT = "offset too large: use the keyset endpoint to page further"


async def list_markets(request: Request, exchange: LocalExchange) -> Response:
    return _by_offset(exchange, Query(request.query_params), select_markets, _market_rows)


async def keyset_markets(request: Request, exchange: LocalExchange) -> Response:
    return _by_keyset("markets", exchange, Query(request.query_params), select_markets, _market_rows)


async def list_events(request: Request, exchange: LocalExchange) -> Response:
    return _by_offset(exchange, Query(request.query_params), select_events, _event_rows)


async def keyset_events(request: Request, exchange: LocalExchange) -> Response:
    return _by_keyset("events", exchange, Query(request.query_params), select_events, _event_rows)


def _market_rows(
    exchange: LocalExchange, query: Query, rows: Sequence[MarketListing], at_ms: int
) -> list[WireObject]:
    include_tag = bool(query.flag("include_tag"))
    return [market_object(exchange.venue, market, at_ms, include_tag=include_tag) for market in rows]


def _event_rows(
    exchange: LocalExchange, query: Query, rows: Sequence[EventListing], at_ms: int
) -> list[WireObject]:
    include = query.flag("include_markets") is not False
    return [event_object(exchange.venue, event, at_ms, include_markets=include) for event in rows]


def _by_offset(exchange: LocalExchange, query: Query, select: Select[T], rows: Rows[T]) -> Response:
    at_ms = exchange.clock.now_ms()
    page = _offset_page(query, select(exchange.venue, query, at_ms))
    return answer(rows(exchange, query, page, at_ms))


def _by_keyset(
    name: str, exchange: LocalExchange, query: Query, select: Select[T], rows: Rows[T]
) -> Response:
    at_ms, offset = _cursor_place(query, exchange.clock.now_ms())
    page, cursor = _keyset_page(query, select(exchange.venue, query, at_ms), at_ms, offset)
    body: WireObject = {name: rows(exchange, query, page, at_ms)}
    return answer(body | ({"next_cursor": cursor} if cursor else {}))


def _offset_page(query: Query, rows: Sequence[T]) -> Sequence[T]:
    offset = query.whole("offset") or 0
    if offset < 0:
        raise BadQuery("offset: must not be negative")
    if offset > MOST_OFFSET:
        raise BadQuery(KEYSET_HINT)
    return rows[offset : offset + query.limit(PAGE, USUAL_PAGE)]


def _keyset_page(query: Query, rows: Sequence[T], at_ms: int, offset: int) -> tuple[Sequence[T], str | None]:
    end = offset + query.limit(PAGE, USUAL_PAGE)
    more = end < len(rows) and end > offset
    cursor = base64.urlsafe_b64encode(orjson.dumps([at_ms, end])).decode() if more else None
    return rows[offset:end], cursor


def _cursor_place(query: Query, now_ms: int) -> tuple[int, int]:
    """Moment and offset of the page. All pages of a listing show the moment of its first page, so none is missed or doubled."""
    cursor = query.text("after_cursor")
    if cursor is None:
        return now_ms, 0
    try:
        at_ms, offset = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError) as error:
        raise BadQuery("after_cursor: invalid cursor") from error
    if not (isinstance(at_ms, int) and isinstance(offset, int)) or offset < 0 or at_ms > now_ms:
        raise BadQuery("after_cursor: invalid cursor")
    return max(at_ms, now_ms - HOUR), offset


async def one_market(request: Request, exchange: LocalExchange) -> Response:
    at_ms, market = exchange.clock.now_ms(), _market(request, exchange)
    include_tag = bool(Query(request.query_params).flag("include_tag"))
    return answer(market_object(exchange.venue, market, at_ms, include_tag=include_tag))


async def market_tags(request: Request, exchange: LocalExchange) -> Response:
    return answer([tag_object(tag) for tag in _market(request, exchange).tags])


def _market(request: Request, exchange: LocalExchange) -> MarketListing:
    venue = exchange.venue
    return _named("market", request, exchange, venue.market_by_slug, venue.market_by_id)


async def one_event(request: Request, exchange: LocalExchange) -> Response:
    return answer(event_object(exchange.venue, _event(request, exchange), exchange.clock.now_ms()))


async def event_tags(request: Request, exchange: LocalExchange) -> Response:
    return answer([tag_object(tag) for tag in _event(request, exchange).tags])


def _event(request: Request, exchange: LocalExchange) -> EventListing:
    venue = exchange.venue
    return _named("event", request, exchange, venue.event_by_slug, venue.event_by_id)


def _named(what: str, request: Request, exchange: LocalExchange, by_slug: Find[T], by_id: Find[T]) -> T:
    """By the slug or the number in the path."""
    at_ms, params = exchange.clock.now_ms(), request.path_params
    if "slug" in params:
        found = by_slug(params["slug"], at_ms)
    else:
        _require_number(params["id"])
        found = by_id(params["id"], at_ms)
    if found is None:
        raise Refused(404, f"{what} not found")
    return found


def _require_number(text: str) -> None:
    if not (text.isascii() and text.isdigit()):
        raise BadQuery(f"id: {text!r} is not a valid integer")


async def list_tags(request: Request, exchange: LocalExchange) -> Response:
    query = Query(request.query_params)
    tags = sorted(exchange.venue.tags(), key=lambda tag: tag.id, reverse=query.flag("ascending") is False)
    return answer([tag_object(tag) for tag in _offset_page(query, tags)])


async def one_tag(request: Request, exchange: LocalExchange) -> Response:
    return answer(tag_object(_tag(request, exchange)))


async def related_tags(request: Request, exchange: LocalExchange) -> Response:
    own = _tag(request, exchange)
    others = sorted(related_tag_ids(exchange.venue, {own.id}) - {own.id})
    return answer(
        [
            {"id": f"{own.id}-{other}", "tagID": own.id, "relatedTagID": other, "rank": rank}
            for rank, other in enumerate(others)
        ]
    )


async def related_tag_resources(request: Request, exchange: LocalExchange) -> Response:
    own = _tag(request, exchange)
    others = related_tag_ids(exchange.venue, {own.id}) - {own.id}
    return answer([tag_object(tag) for tag in exchange.venue.tags() if tag.id in others])


def _tag(request: Request, exchange: LocalExchange) -> Tag:
    params = request.path_params
    for tag in exchange.venue.tags():
        if tag.slug == params.get("slug") or str(tag.id) == params.get("id"):
            return tag
    raise Refused(404, "tag not found")


async def public_search(request: Request, exchange: LocalExchange) -> Response:
    query, at_ms = Query(request.query_params), exchange.clock.now_ms()
    words = (query.text("q") or "").lower().split()
    if not words:
        raise BadQuery("q: is required")
    per_page = min(query.whole("limit_per_type") or 10, 50)
    page = max(query.whole("page") or 1, 1)
    found = _search_events(exchange, query, words, at_ms)
    shown = found[(page - 1) * per_page : page * per_page]
    keep_closed = bool(query.whole("keep_closed_markets"))
    tags = [tag for tag in exchange.venue.tags() if any(word in tag.slug for word in words)]
    return answer(
        {
            "events": [_search_row(exchange, event, at_ms, keep_closed) for event in shown],
            "tags": [
                {
                    "id": str(tag.id),
                    "label": tag.label,
                    "slug": tag.slug,
                    "event_count": _count(exchange, tag.slug, at_ms),
                }
                for tag in tags[:per_page]
            ]
            if query.flag("search_tags")
            else None,
            "profiles": [] if query.flag("search_profiles") else None,
            "pagination": {"hasMore": page * per_page < len(found), "totalResults": len(found)},
        }
    )


def _search_events(exchange: LocalExchange, query: Query, words: list[str], at_ms: int) -> list[EventListing]:
    """All words must occur in the title or in one of the questions."""
    status = query.text("events_status")
    wanted_tags = set(query.texts("events_tag"))
    sorts: dict[str, Callable[[EventListing], float]] = {
        "volume": lambda event: _total(exchange, event, at_ms, "volume"),
        "volume_24hr": lambda event: _total(exchange, event, at_ms, "volume_24h"),
        "liquidity": lambda event: _total(exchange, event, at_ms, "liquidity"),
        "competitive": lambda event: -_distance(exchange, event, at_ms),
        "closed_time": lambda event: event.closes_ms,
        "start_date": lambda event: event.opens_ms,
        "end_date": lambda event: event.ends_ms,
    }
    sort = query.word("sort", tuple(sorts)) or "volume"
    found = [
        event
        for event in exchange.venue.events(at_ms)
        if (status is None or is_closed(exchange.venue, event, at_ms) is (status in ("closed", "resolved")))
        and (not wanted_tags or wanted_tags & {tag.slug for tag in event.tags})
        and _mentions(event, words)
    ]
    return sorted(found, key=sorts[sort], reverse=not query.flag("ascending"))


def _mentions(event: EventListing, words: list[str]) -> bool:
    text = " ".join((event.title, *(market.question for market in event.markets))).lower()
    return all(word in text for word in words)


def _total(exchange: LocalExchange, event: EventListing, at_ms: int, name: str) -> float:
    return sum(float(getattr(exchange.venue.figures(market, at_ms), name)) for market in event.markets)


def _distance(exchange: LocalExchange, event: EventListing, at_ms: int) -> float:
    return min(abs(float(exchange.venue.figures(market, at_ms).prices[0]) - 0.5) for market in event.markets)


def _search_row(exchange: LocalExchange, event: EventListing, at_ms: int, keep_closed: bool) -> WireObject:
    row = event_object(exchange.venue, event, at_ms)
    markets = row["markets"]
    if not keep_closed and not row["closed"] and isinstance(markets, list):
        row["markets"] = [market for market in markets if not market["closed"]]
    return row


def _count(exchange: LocalExchange, slug: str, at_ms: int) -> int:
    return sum(slug in {tag.slug for tag in event.tags} for event in exchange.venue.events(at_ms))


ROUTES: tuple[Route, ...] = tuple(
    public_route("gamma", path, handler)
    for path, handler in (
        ("/markets/keyset", keyset_markets), ("/events/keyset", keyset_events), ("/markets", list_markets),
        ("/events", list_events), ("/markets/slug/{slug}", one_market), ("/events/slug/{slug}", one_event),
        ("/markets/{id}", one_market), ("/events/{id}", one_event), ("/markets/{id}/tags", market_tags),
        ("/events/{id}/tags", event_tags), ("/tags", list_tags), ("/tags/slug/{slug}", one_tag), ("/tags/{id}", one_tag),
        ("/tags/{id}/related-tags", related_tags), ("/tags/slug/{slug}/related-tags", related_tags),
        ("/tags/{id}/related-tags/tags", related_tag_resources),
        ("/tags/slug/{slug}/related-tags/tags", related_tag_resources), ("/public-search", public_search),
    )
)  # fmt: skip
