"""Answers and errors in the form each service gives them, and the wrapper all public routes share."""

import asyncio
import math
from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.local_exchange import Faults, LocalExchange
from sandbox.seeded import unit
from sandbox.wire.query import BadQuery

Handler = Callable[[Request, LocalExchange], Awaitable[Response]]


class Refused(Exception):
    """Answered with this status and `{"error": message}`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type="application/json")


def exchange_of(request: Request) -> LocalExchange:
    exchange: LocalExchange = request.app.state.exchange
    return exchange


def public_route(service: str, path: str, handler: Handler, methods: tuple[str, ...] = ("GET",)) -> Route:
    """A route of one service, counted, under the ordered faults, with the service's error bodies."""

    async def endpoint(request: Request) -> Response:
        exchange = exchange_of(request)
        exchange.requests[f"{request.method} /{service}{path}"] += 1
        fault = await _fault(exchange, service)
        if fault is not None:
            return fault
        try:
            return await handler(request, exchange)
        except BadQuery as error:
            if service == "gamma":
                return answer({"type": "validation error", "error": str(error)}, 422)
            return answer({"error": str(error)}, 400)
        except Refused as error:
            return answer({"error": error.message}, error.status)

    return Route(f"/{service}{path}", endpoint, methods=list(methods))


async def _fault(exchange: LocalExchange, service: str) -> Response | None:
    faults = exchange.faults
    if faults == Faults() or service not in faults.services:
        return None
    if faults.delay_ms:
        await asyncio.sleep(faults.delay_ms / 1000)
    if faults.down:
        return answer({"error": "service unavailable"}, 503)
    exchange.faulted += 1
    if unit(exchange.config.seed, exchange.faulted, 90) < faults.error_rate:
        headers = {"Retry-After": str(faults.retry_after)} if faults.retry_after is not None else None
        return answer({"error": "ordered by /sandbox/faults"}, faults.error_status, headers)
    return None


async def body_of(request: Request) -> object:
    """The parsed JSON body. Raises Refused(400) when it is none."""
    try:
        parsed: object = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise Refused(400, "Invalid payload") from error
    return parsed


def seconds_up(at_ms: int) -> int:
    return math.ceil(at_ms / 1000)
