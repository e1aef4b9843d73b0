"""Data API: trades, holders, price history."""

import base64
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import DAY, HOUR, MINUTE
from sandbox.listing import MarketListing
from sandbox.local_exchange import LocalExchange
from sandbox.routes.answers import Refused, answer, public_route
from sandbox.routes.clob import checked_token
from sandbox.venue import Holding, MarketState, Trade
from sandbox.wire.data_trades import holders_v1, holders_v2, trade_v1, trade_v2
from sandbox.wire.gamma_market import WireObject, number
from sandbox.wire.price_history import HistoryRequest, history_points
from sandbox.wire.query import BadQuery, Query

LOOKBACK = DAY
"""How far back a feed without `start` reaches."""
LONGEST = 30 * DAY
FIRST_STEP, LONGEST_STEP = 2 * MINUTE, 4 * HOUR
V1_PAGE, V1_OFFSET = 500, 1000
BUCKETS = {"max": 600, "all": 600, "1m": 600, "1w": 300}
SPANS = {"1h": HOUR, "6h": 6 * HOUR, "1d": DAY, "1w": 7 * DAY, "1m": 30 * DAY}


def cursor_text(place: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode()


def cursor_place(query: Query, parts: int) -> list[int] | None:
    text = query.text("cursor")
    if text is None:
        return None
    try:
        place = orjson.loads(base64.urlsafe_b64decode(text.encode()))
    except ValueError as error:
        raise BadQuery("invalid cursor") from error
    if (
        not isinstance(place, list)
        or len(place) != parts
        or not all(isinstance(part, int) and part >= 0 for part in place)
    ):
        raise BadQuery("invalid cursor")
    return place


def page_answer(data: Sequence[object], limit: int, cursor: str | None) -> Response:
    pagination = {"limit": limit, "has_more": cursor is not None, "next_cursor": cursor}
    return answer({"data": data, "pagination": pagination})


def asked_markets(
    exchange: LocalExchange, query: Query, names: tuple[str, ...], at_ms: int
) -> list[MarketListing] | None:
    """Markets of the condition and event filters; None when there is no such filter."""
    conditions = [value for name in names for value in query.csv(name)]
    events = query.csv("event_id") + query.csv("eventId")
    if not conditions and not events:
        return None
    found = [exchange.venue.market_by_condition(value, at_ms) for value in conditions]
    for event_id in events:
        event = exchange.venue.event_by_id(event_id, at_ms)
        found.extend(event.markets if event else ())
    return list({market.id: market for market in found if market is not None}.values())


def newest_trades(
    exchange: LocalExchange, query: Query, conditions: tuple[str, ...], skip: int, limit: int, until_ms: int
) -> list[Trade]:
    """Trades from the newest on, `skip` left out; reads back in growing steps until there are enough."""
    markets = asked_markets(exchange, query, conditions, until_ms)
    pool = exchange.venue.markets(until_ms) if markets is None else markets
    start, end = query.whole("start"), query.whole("end")
    until = until_ms if end is None else min(end * 1000 + 999, until_ms)
    oldest = until - LOOKBACK if start is None else max(start * 1000 - 1, until - LONGEST)
    user = (query.text("user") or "").lower()
    side = query.word("side", ("BUY", "SELL"))
    kind = query.word("filter_type", ("CASH", "TOKENS")) or query.word("filterType", ("CASH", "TOKENS"))
    least = query.amount("filter_amount") or query.amount("filterAmount") or Decimal(0)
    cash = least if kind == "CASH" else Decimal(0)
    found: list[Trade] = []
    step = FIRST_STEP
    while until > oldest and len(found) < skip + limit:
        after = max(until - step, oldest)
        step = min(step * 2, LONGEST_STEP)
        batch = [
            trade
            for market in pool
            if market.closes_ms >= after and market.opens_ms <= until
            for trade in exchange.venue.trades(market, after, until, cash)
            if (side is None or trade.side == side)
            and (not user or trade.wallet.address == user)
            and (kind != "TOKENS" or trade.size >= least)
        ]
        found.extend(sorted(batch, key=lambda trade: (trade.at_ms, trade.transaction_hash), reverse=True))
        until = after
    return found[skip : skip + limit]


async def trades(request: Request, exchange: LocalExchange) -> Response:
    query = Query(request.query_params)
    limit = max(query.limit(1000, 100), 1)
    until_ms, skip = cursor_place(query, 2) or (exchange.clock.now_ms(), 0)
    rows = newest_trades(exchange, query, ("condition", "condition_id"), skip, limit + 1, until_ms)
    cursor = cursor_text([until_ms, skip + limit]) if len(rows) > limit else None
    return page_answer([trade_v2(row) for row in rows[:limit]], limit, cursor)


async def trades_v1(request: Request, exchange: LocalExchange) -> Response:
    query = Query(request.query_params)
    limit, offset = query.limit(V1_PAGE, 100), query.whole("offset") or 0
    if not 0 <= offset <= V1_OFFSET:
        raise BadQuery(f"offset must be between 0 and {V1_OFFSET}")
    rows = newest_trades(exchange, query, ("market",), offset, limit, exchange.clock.now_ms())
    return answer([trade_v1(row) for row in rows])


async def holders(request: Request, exchange: LocalExchange) -> Response:
    query, at_ms = Query(request.query_params), exchange.clock.now_ms()
    markets = asked_markets(exchange, query, ("condition", "condition_id"), at_ms)
    if markets is None:
        raise BadQuery("condition is required")
    limit, least = max(query.limit(100, 20), 1), query.amount("min_balance") or Decimal(0)
    data: list[WireObject] = []
    for market in markets:
        kept = [row for row in exchange.venue.holdings(market, at_ms) if row.amount >= least]
        data.extend(holders_v2(market, _top(kept, limit)))
    return page_answer(data, limit, None)


async def holders_first(request: Request, exchange: LocalExchange) -> Response:
    query, at_ms = Query(request.query_params), exchange.clock.now_ms()
    markets = asked_markets(exchange, query, ("market",), at_ms)
    if markets is None:
        raise BadQuery("market is required")
    limit, least = max(query.limit(20, 20), 1), query.amount("minBalance") or Decimal(0)
    data: list[WireObject] = []
    for market in markets:
        kept = [row for row in exchange.venue.holdings(market, at_ms) if row.amount >= least]
        data.extend(holders_v1(market, _top(kept, limit)))
    return answer(data)


def _top(holdings: Sequence[Holding], limit: int) -> list[Holding]:
    by_outcome = sorted(holdings, key=lambda row: (row.outcome, -row.amount))
    return [
        row for _, group in groupby(by_outcome, key=lambda row: row.outcome) for row in list(group)[:limit]
    ]


async def prices_history(request: Request, exchange: LocalExchange) -> Response:
    query, now_ms = Query(request.query_params), exchange.clock.now_ms()
    token = checked_token(query.text("token_id"))
    interval = query.word("interval", ("1h", "6h", "1d", "1w", "1m", "max", "all"))
    start, end, as_of = query.whole("start"), query.whole("end"), query.whole("as_of")
    if sum(value is not None for value in (interval, start, as_of)) != 1:
        raise BadQuery("exactly one of interval, start, as_of is required")
    limit = max(query.limit(10_000, 1_000), 1)
    if as_of is not None:
        points = exchange.venue.midpoints(token, [min(as_of * 1000, now_ms)], now_ms)
        return page_answer([_point(moment, price, 0) for moment, price in points], limit, None)
    bucket = query.whole("bucket_seconds") or BUCKETS.get(interval or "", 60)
    if not BUCKETS.get(interval or "", 60) <= bucket <= 86_400 or bucket % 60:
        raise BadQuery(
            f"bucket_seconds must be whole minutes between {BUCKETS.get(interval or '', 60)} and 86400"
        )
    if start is not None and (end if end is not None else now_ms // 1000) - start > 15 * 86_400:
        raise BadQuery("the window must not be longer than 15 days")
    # Pages continue after the last point given, so the grid must not move between them.
    after = (cursor_place(query, 1) or [-1])[0]
    first = start * 1000 if start is not None else now_ms - SPANS[interval] if interval in SPANS else None
    asked = HistoryRequest(None, first, now_ms if end is None else end * 1000, bucket // 60)
    points = [point for point in history_points(exchange.venue, token, asked, now_ms) if point[0] > after]
    cursor = cursor_text([points[limit - 1][0]]) if len(points) > limit else None
    return page_answer([_point(moment, price, bucket) for moment, price in points[:limit]], limit, cursor)


def _point(moment: int, price: Decimal, resolution: int) -> WireObject:
    return {"timestamp": moment // 1000, "price": number(price), "resolution_seconds": resolution}


async def resolutions(request: Request, exchange: LocalExchange) -> Response:
    query, at_ms = Query(request.query_params), exchange.clock.now_ms()
    markets = asked_markets(exchange, query, ("condition", "condition_id"), at_ms)
    if markets is None:
        raise Refused(400, "exactly one of condition, question_id, event_id is required")
    return answer({"data": [_resolution(exchange, market, at_ms) for market in markets]})


def _resolution(exchange: LocalExchange, market: MarketListing, at_ms: int) -> WireObject:
    state = exchange.venue.state(market, at_ms)
    payouts = [int(part * 1_000_000) for part in state.payouts] if state.payouts else None
    return {
        "extended_review": False, "new_version_q": False, "last_update_timestamp": (state.closed_ms or at_ms) // 1000,
        "condition_id": market.condition_id, "question_id": market.question_id, "event_id": market.event_id,
        "status": _word(state), "payouts": payouts,
        "price": 69 if state.payouts is None else number(state.payouts[0]), "was_disputed": "disputed" in state.statuses,
        "expected_settlement_time": market.closes_ms // 1000, "resolved_at": (state.closed_ms or 0) // 1000 or None,
    }  # fmt: skip


def _word(state: MarketState) -> str:
    if state.resolution == "proposed" and "disputed" in state.statuses:
        return "reproposed"
    return {"none": "initialized"}.get(state.resolution, state.resolution)


ROUTES: tuple[Route, ...] = tuple(
    public_route("data", path, handler)
    for path, handler in (
        ("/v2/trades", trades), ("/trades", trades_v1), ("/v2/holders", holders), ("/holders", holders_first),
        ("/v2/prices-history", prices_history), ("/v2/resolutions", resolutions),
    )
)  # fmt: skip
