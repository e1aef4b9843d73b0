"""What the sandbox can be told and asked beyond the protocol; never counted and never under faults."""

from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.money import plain
from sandbox.clock import SECOND
from sandbox.listing import MarketListing
from sandbox.local_exchange import Faults
from sandbox.routes.answers import Refused, answer, body_of, exchange_of
from sandbox.venue import VenueRefusal
from sandbox.wire.gamma_market import market_object
from sandbox.wire.time_text import iso

ADVANCE_MAX = 31 * 24 * 3600


def admin_route(
    path: str, handler: Callable[[Request], Awaitable[Response]], methods: tuple[str, ...]
) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            _refuse_pages(request)
            return await handler(request)
        except Refused as error:
            return answer({"error": error.message}, error.status)
        except VenueRefusal as error:
            return answer({"error": str(error)}, 409)

    return Route(f"/sandbox{path}", endpoint, methods=list(methods))


def _refuse_pages(request: Request) -> None:
    """Every page in the browser of whoever runs the sandbox could post here; only browsers say where from."""
    if request.method != "GET" and "origin" in request.headers:
        raise Refused(403, "web pages cannot change the sandbox")


async def status(request: Request) -> Response:
    exchange = exchange_of(request)
    now_ms = exchange.clock.now_ms()
    return answer(
        {
            "name": "cascadian sandbox",
            "simulated_now": iso(now_ms),
            "simulated_now_ms": now_ms,
            "speed": exchange.clock.speed,
            "started_ms": exchange.clock.start_ms,
            "faults": exchange.faults.model_dump(mode="json"),
            "requests": exchange.requests.total(),
            **exchange.venue.description(now_ms),
        }
    )


async def advance_clock(request: Request) -> Response:
    """`{"seconds": 3600}`: simulated time jumps ahead and runs on from there."""
    exchange, body = exchange_of(request), await _fields(request)
    seconds = body.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= ADVANCE_MAX:
        raise Refused(422, f"seconds is required: a number from 0 to {ADVANCE_MAX}")
    exchange.clock.advance(round(seconds * SECOND))
    return answer({"simulated_now_ms": exchange.clock.now_ms()})


async def set_faults(request: Request) -> Response:
    exchange = exchange_of(request)
    try:
        exchange.faults = Faults.model_validate(await body_of(request))
    except ValidationError as error:
        raise Refused(422, "; ".join(f"{part['loc']}: {part['msg']}" for part in error.errors())) from error
    return answer(exchange.faults.model_dump(mode="json"))


async def show_faults(request: Request) -> Response:
    return answer(exchange_of(request).faults.model_dump(mode="json"))


async def show_requests(request: Request) -> Response:
    counts = exchange_of(request).requests
    return answer({"total": counts.total(), "routes": dict(sorted(counts.items()))})


async def reset_requests(request: Request) -> Response:
    exchange_of(request).requests.clear()
    return answer({"total": 0, "routes": {}})


def _market(request: Request) -> MarketListing:
    exchange = exchange_of(request)
    market = exchange.venue.market_by_id(request.path_params["id"], exchange.clock.now_ms())
    if market is None:
        raise Refused(404, "market not found")
    return market


async def _fields(request: Request) -> dict[str, object]:
    body = await body_of(request)
    if not isinstance(body, dict):
        raise Refused(422, "a JSON object is expected")
    return body


async def _outcome(request: Request, market: MarketListing) -> int | None:
    """`{"outcome": "Yes"}`, any case; `{"outcome": null}` is a tie."""
    body = await _fields(request)
    if "outcome" not in body:
        raise Refused(422, "outcome is required: one of the market's outcomes, or null for a tie")
    wanted = body["outcome"]
    names = [name.casefold() for name in market.outcomes]
    if wanted is not None and str(wanted).casefold() not in names:
        raise Refused(422, f"outcome must be one of {', '.join(market.outcomes)}, or null for a tie")
    return None if wanted is None else names.index(str(wanted).casefold())


async def propose(request: Request) -> Response:
    exchange, market = exchange_of(request), _market(request)
    outcome, now_ms = await _outcome(request, market), exchange.clock.now_ms()
    exchange.venue.propose(market, outcome, now_ms)
    return answer(market_object(exchange.venue, market, now_ms))


async def dispute(request: Request) -> Response:
    exchange, market = exchange_of(request), _market(request)
    now_ms = exchange.clock.now_ms()
    exchange.venue.dispute(market, now_ms)
    return answer(market_object(exchange.venue, market, now_ms))


async def resolve(request: Request) -> Response:
    exchange, market = exchange_of(request), _market(request)
    outcome, now_ms = await _outcome(request, market), exchange.clock.now_ms()
    exchange.venue.resolve(market, outcome, now_ms)
    return answer(market_object(exchange.venue, market, now_ms))


async def force_price(request: Request) -> Response:
    """`{"price": "0.62"}`: the price of the first outcome from now on, moving on from there."""
    exchange, market, body = exchange_of(request), _market(request), await _fields(request)
    try:
        price = Decimal(str(body.get("price")))
    except InvalidOperation as error:
        raise Refused(422, "price is required: a decimal between 0.002 and 0.998") from error
    now_ms = exchange.clock.now_ms()
    exchange.venue.force_price(market, price, now_ms)
    book = exchange.venue.book(market.token_ids[0], now_ms)
    midpoint = book.midpoint if book else None
    return answer(
        {"id": market.id, "midpoint": plain(midpoint) if midpoint is not None else None, "at_ms": now_ms}
    )


ROUTES: tuple[Route, ...] = (
    admin_route("/status", status, ("GET",)),
    admin_route("/clock", advance_clock, ("POST",)),
    admin_route("/faults", set_faults, ("POST",)),
    admin_route("/faults", show_faults, ("GET",)),
    admin_route("/requests", show_requests, ("GET",)),
    admin_route("/requests/reset", reset_requests, ("POST",)),
    admin_route("/markets/{id}/propose", propose, ("POST",)),
    admin_route("/markets/{id}/dispute", dispute, ("POST",)),
    admin_route("/markets/{id}/resolve", resolve, ("POST",)),
    admin_route("/markets/{id}/price", force_price, ("POST",)),
)
