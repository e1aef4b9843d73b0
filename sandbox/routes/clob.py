"""CLOB, public routes: books and what follows from them."""

from decimal import Decimal

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from domain.money import plain
from sandbox.listing import MarketListing
from sandbox.local_exchange import LocalExchange
from sandbox.routes.answers import Refused, answer, body_of, public_route
from sandbox.venue import Book
from sandbox.wire.clob_book import book_object
from sandbox.wire.gamma_market import WireObject, number
from sandbox.wire.query import Query

MOST_IN_BATCH = 500
NO_BOOK = "No orderbook exists for the requested token id"


async def server_time(request: Request, exchange: LocalExchange) -> Response:
    return answer(exchange.clock.now_ms() // 1000)


async def version(request: Request, exchange: LocalExchange) -> Response:
    return answer({"version": 2})


async def liveness(request: Request, exchange: LocalExchange) -> Response:
    return PlainTextResponse("OK")


def asked_token(request: Request) -> str:
    token = request.path_params.get("token_id") or request.query_params.get("token_id")
    return checked_token(token)


def checked_token(token: object) -> str:
    if not isinstance(token, str) or not token.isascii() or not token.isdigit() or len(token) > 78:
        raise Refused(400, "Invalid token id")
    return token


def asked_book(request: Request, exchange: LocalExchange) -> Book:
    book = exchange.venue.book(asked_token(request), exchange.clock.now_ms())
    if book is None:
        raise Refused(404, NO_BOOK)
    return book


def asked_market(request: Request, exchange: LocalExchange) -> MarketListing:
    market = exchange.venue.market_by_token(asked_token(request), exchange.clock.now_ms())
    if market is None:
        raise Refused(404, "market not found")
    return market


async def batch(request: Request) -> list[dict[str, object]]:
    """The rows of a batch body, each with a valid `token_id`. Raises Refused(400)."""
    body = await body_of(request)
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
        raise Refused(400, "Invalid payload")
    if len(body) > MOST_IN_BATCH:
        raise Refused(400, f"Payload exceeds the limit: {len(body)} items, max allowed: {MOST_IN_BATCH}")
    for row in body:
        checked_token(row.get("token_id"))
    return body


async def asked_tokens(request: Request) -> list[str]:
    """Distinct tokens of a POST body, or of `token_ids` of a GET."""
    if request.method == "GET":
        tokens = [checked_token(token) for token in Query(request.query_params).csv("token_ids")]
        if not tokens or len(tokens) > MOST_IN_BATCH:
            raise Refused(400, "Invalid payload")
    else:
        tokens = [str(row["token_id"]) for row in await batch(request)]
    return list(dict.fromkeys(tokens))


async def asked_books(request: Request, exchange: LocalExchange) -> list[Book]:
    """Unknown tokens are left out, as the exchange does."""
    at_ms = exchange.clock.now_ms()
    found = [exchange.venue.book(token, at_ms) for token in await asked_tokens(request)]
    return [book for book in found if book is not None]


async def book(request: Request, exchange: LocalExchange) -> Response:
    return answer(book_object(asked_book(request, exchange)))


async def books(request: Request, exchange: LocalExchange) -> Response:
    return answer([book_object(found) for found in await asked_books(request, exchange)])


def price_at_side(found: Book, side: object) -> Decimal | None:
    """BUY means the best bid, SELL the best ask: the side names the resting orders."""
    if side not in ("BUY", "SELL"):
        raise Refused(400, "Invalid side")
    return found.best_bid if side == "BUY" else found.best_ask


async def price(request: Request, exchange: LocalExchange) -> Response:
    asked_token(request)
    side = (request.query_params.get("side") or "").upper()
    if side not in ("BUY", "SELL"):
        raise Refused(400, "Invalid side")
    found = price_at_side(asked_book(request, exchange), side)
    if found is None:
        raise Refused(404, "No orders on this side of the book")
    return answer({"price": plain(found)})


async def prices(request: Request, exchange: LocalExchange) -> Response:
    at_ms = exchange.clock.now_ms()
    result: dict[str, dict[str, str]] = {}
    for row in await batch(request):
        token, side = str(row["token_id"]), str(row.get("side", "")).upper()
        found = exchange.venue.book(token, at_ms)
        value = price_at_side(found, side) if found else None
        if value is not None:
            result.setdefault(token, {})[side] = plain(value)
    return answer(result)


async def midpoint(request: Request, exchange: LocalExchange) -> Response:
    value = asked_book(request, exchange).midpoint
    if value is None:
        raise Refused(404, "No midpoint: the book has one side only")
    return answer({"mid": plain(value)})


async def midpoints(request: Request, exchange: LocalExchange) -> Response:
    found = await asked_books(request, exchange)
    return answer({row.token_id: plain(row.midpoint) for row in found if row.midpoint is not None})


async def spread(request: Request, exchange: LocalExchange) -> Response:
    value = asked_book(request, exchange).spread
    if value is None:
        raise Refused(404, "No spread: the book has one side only")
    return answer({"spread": plain(value)})


async def spreads(request: Request, exchange: LocalExchange) -> Response:
    found = await asked_books(request, exchange)
    return answer({row.token_id: plain(row.spread) for row in found if row.spread is not None})


async def last_trade_price(request: Request, exchange: LocalExchange) -> Response:
    return answer(_last_trade(exchange, asked_token(request)))


async def last_trades_prices(request: Request, exchange: LocalExchange) -> Response:
    rows = [{"token_id": token, **_last_trade(exchange, token)} for token in await asked_tokens(request)]
    return answer([row for row in rows if row["side"]])


def _last_trade(exchange: LocalExchange, token: str) -> WireObject:
    trade = exchange.venue.last_trade(token, exchange.clock.now_ms())
    if trade is None:
        return {"price": "0.5", "side": ""}
    return {"price": plain(trade.price), "side": trade.side}


async def tick_size(request: Request, exchange: LocalExchange) -> Response:
    found = asked_book(request, exchange)
    return answer({"minimum_tick_size": number(found.tick)})


async def neg_risk(request: Request, exchange: LocalExchange) -> Response:
    return answer({"neg_risk": asked_market(request, exchange).neg_risk})


async def fee_rate(request: Request, exchange: LocalExchange) -> Response:
    market = asked_market(request, exchange)
    return answer({"base_fee": 1000 if market.fees.rate else 0})


ROUTES: tuple[Route, ...] = (
    *(
        public_route("clob", path, handler)
        for path, handler in (
            ("/", liveness), ("/ok", liveness), ("/time", server_time), ("/version", version), ("/book", book),
            ("/price", price), ("/midpoint", midpoint), ("/spread", spread), ("/last-trade-price", last_trade_price),
            ("/tick-size", tick_size), ("/tick-size/{token_id}", tick_size), ("/neg-risk", neg_risk),
            ("/neg-risk/{token_id}", neg_risk), ("/fee-rate", fee_rate), ("/fee-rate/{token_id}", fee_rate),
        )
    ),
    public_route("clob", "/books", books, ("GET", "POST")),
    *(
        public_route("clob", path, handler, ("POST",))
        for path, handler in (
            ("/prices", prices), ("/midpoints", midpoints), ("/spreads", spreads), ("/last-trades-prices", last_trades_prices),
        )
    ),
)  # fmt: skip
