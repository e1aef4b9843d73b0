"""CLOB, public routes: what is known about markets, and their price history."""

import base64
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.listing import MarketListing
from sandbox.local_exchange import LocalExchange
from sandbox.routes.answers import Handler, Refused, answer, body_of, public_route
from sandbox.routes.clob import asked_market, checked_token
from sandbox.venue import Venue
from sandbox.wire.clob_market import long_market, short_market, simplified_market, token_pair
from sandbox.wire.gamma_market import WireObject
from sandbox.wire.price_history import HistoryRequest, history_points, history_request
from sandbox.wire.query import BadQuery, Query

PAGE = 1000
END = "LTE="
MOST_IN_HISTORY_BATCH = 20


async def market_by_token(request: Request, exchange: LocalExchange) -> Response:
    return answer(token_pair(asked_market(request, exchange)))


def asked_condition(request: Request, exchange: LocalExchange) -> MarketListing:
    condition = request.path_params["condition_id"]
    market = exchange.venue.market_by_condition(condition, exchange.clock.now_ms())
    if market is None:
        raise Refused(404, "market not found")
    return market


async def clob_market(request: Request, exchange: LocalExchange) -> Response:
    market = asked_condition(request, exchange)
    return answer(short_market(exchange.venue, market, exchange.clock.now_ms()))


async def market(request: Request, exchange: LocalExchange) -> Response:
    found = asked_condition(request, exchange)
    return answer(long_market(exchange.venue, found, exchange.clock.now_ms()))


def _listing(form: Callable[[Venue, MarketListing, int], WireObject], sampling: bool) -> Handler:
    """A paged listing; `sampling` ones hold only markets that are open."""

    async def listing(request: Request, exchange: LocalExchange) -> Response:
        at_ms = exchange.clock.now_ms()
        start = _page_start(request.query_params.get("next_cursor") or "")
        rows = exchange.venue.markets(at_ms)
        if sampling:
            rows = [row for row in rows if not exchange.venue.state(row, at_ms).closed]
        page = rows[start : start + PAGE]
        end = start + len(page)
        cursor = END if end >= len(rows) else base64.b64encode(str(end).encode()).decode()
        data = [form(exchange.venue, row, at_ms) for row in page]
        return answer({"limit": PAGE, "count": len(data), "next_cursor": cursor, "data": data})

    return listing


def _page_start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        start = int(base64.b64decode(cursor, validate=True))
    except ValueError as error:
        raise Refused(400, "Next item should be greater than or equal to 0") from error
    if start < 0:
        raise Refused(400, "Next item should be greater than or equal to 0")
    return start


async def prices_history(request: Request, exchange: LocalExchange) -> Response:
    query, now_ms = Query(request.query_params), exchange.clock.now_ms()
    token = query.text("market")
    if token is None:
        raise BadQuery("'market' is required")
    asked = history_request(
        query.text("interval"), query.whole("startTs"), query.whole("endTs"), query.whole("fidelity"), now_ms
    )
    return answer({"history": _rows(exchange, checked_token(token), asked, now_ms)})


async def batch_prices_history(request: Request, exchange: LocalExchange) -> Response:
    body, now_ms = await body_of(request), exchange.clock.now_ms()
    if not isinstance(body, dict) or not isinstance(body.get("markets"), list) or not body["markets"]:
        raise Refused(400, "Invalid payload")
    tokens = [checked_token(token) for token in body["markets"]]
    if len(tokens) > MOST_IN_HISTORY_BATCH:
        raise Refused(
            400, f"Payload exceeds the limit: {len(tokens)} markets, max allowed: {MOST_IN_HISTORY_BATCH}"
        )
    interval = body.get("interval")
    asked = history_request(
        str(interval) if interval is not None else None, _seconds(body, "start_ts"), _seconds(body, "end_ts"),
        _seconds(body, "fidelity"), now_ms,
    )  # fmt: skip
    return answer(
        {"history": {token: _rows(exchange, token, asked, now_ms) for token in dict.fromkeys(tokens)}}
    )


def _seconds(body: dict[str, object], name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadQuery(f"invalid '{name}'")
    return int(value)


def _rows(exchange: LocalExchange, token: str, asked: HistoryRequest, now_ms: int) -> list[WireObject]:
    points = history_points(exchange.venue, token, asked, now_ms)
    return [{"t": moment // 1000, "p": float(price)} for moment, price in points]


ROUTES: tuple[Route, ...] = (
    public_route("clob", "/markets-by-token/{token_id}", market_by_token),
    public_route("clob", "/clob-markets/{condition_id}", clob_market),
    public_route("clob", "/markets", _listing(long_market, sampling=False)),
    public_route("clob", "/simplified-markets", _listing(simplified_market, sampling=False)),
    public_route("clob", "/sampling-markets", _listing(long_market, sampling=True)),
    public_route("clob", "/sampling-simplified-markets", _listing(simplified_market, sampling=True)),
    public_route("clob", "/markets/{condition_id}", market),
    public_route("clob", "/prices-history", prices_history),
    public_route("clob", "/batch-prices-history", batch_prices_history, ("POST",)),
)
