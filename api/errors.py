"""Turns every exception into a problem answer; nothing of the inside leaks out."""

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.problem import ApiProblem, ProblemItem, not_found, unavailable
from api.temporal_gateway import TemporalUnavailable
from exchange.errors import MarketDataRefused, MarketDataUnavailable

ERRORS_SHOWN = 20
MESSAGE_MAX = 300
DATABASE_RETRY_SECONDS = 2
AWAY_STATES = ("08", "57P", "53")
"""SQLSTATEs of a database that is away, starting, stopping or full of connections."""
QUERY_CANCELED = "57014"

log = structlog.get_logger(__name__)


def database_away(error: BaseException) -> bool:
    """True for faults of the connection, false for faults of the statement."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or isinstance(error, (InterfaceError, OperationalError)):
            return True
        return error.orig is not None and database_away(error.orig)
    if isinstance(error, (PoolTimeout, OSError, asyncpg.InternalClientError, asyncpg.InterfaceError)):
        return True
    state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and (state.startswith(AWAY_STATES) or state == QUERY_CANCELED)


def statement_too_slow(error: BaseException | None) -> bool:
    """True for one statement that the server ended at its time limit: everything else goes on."""
    if isinstance(error, DBAPIError):
        return statement_too_slow(error.orig)
    return getattr(error, "sqlstate", None) == QUERY_CANCELED


def internal_error() -> ApiProblem:
    return ApiProblem(500, "internal_error", "Something went wrong on our side; the log has the details.")


def problem_of(error: Exception) -> ApiProblem:
    """The answer for any exception; unexpected ones are for the caller to log."""
    if isinstance(error, ApiProblem):
        return error
    if isinstance(error, RequestValidationError):
        return _validation_problem(error)
    if isinstance(error, TemporalUnavailable):
        return unavailable("The engine is restarting; try again in a moment.", error.retry_after)
    if isinstance(error, MarketDataUnavailable):
        return unavailable("Market data cannot be read right now.", round(error.retry_after or 5) or 1)
    if isinstance(error, MarketDataRefused):
        return unavailable("The venue refused to answer this question.", 30)
    if isinstance(error, HTTPException):
        return _http_problem(error)
    if statement_too_slow(error):
        return unavailable(
            "The database took too long for this and undid it; try again in a moment.", DATABASE_RETRY_SECONDS
        )
    if database_away(error):
        return unavailable("The database is restarting; try again in a moment.", DATABASE_RETRY_SECONDS)
    return internal_error()


def _http_problem(error: HTTPException) -> ApiProblem:
    if error.status_code == 404:
        return not_found("page or resource")
    if error.status_code == 405:
        return ApiProblem(405, "method_not_allowed", "This address does not take that method.")
    if error.status_code == 413:
        return ApiProblem(413, "too_large", "The request is too large.")
    if error.status_code == 400:
        return ApiProblem(422, "invalid_request", "The body of the request cannot be read.")
    return ApiProblem(error.status_code, "invalid_request", str(error.detail))


def _validation_problem(error: RequestValidationError) -> ApiProblem:
    found = error.errors()
    if found and all(entry["loc"][:1] == ("path",) for entry in found):
        # An id of the wrong shape names nothing.
        return not_found("page or resource")
    items = [
        ProblemItem(
            field=".".join(str(part) for part in entry["loc"][1:]) or str(entry["loc"][0]),
            code=entry["type"],
            message=str(entry["msg"]).removeprefix("Value error, ")[:MESSAGE_MAX],
        )
        for entry in found[:ERRORS_SHOWN]
    ]
    detail = f"{items[0].field}: {items[0].message}" if items else "The request is not valid."
    return ApiProblem(422, "invalid_request", detail, errors=items)


async def _answer(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem.problem.status == 500:
        log.error("request_failed", path=request.url.path, exc_info=error)
    elif problem.problem.status == 503 and not isinstance(error, ApiProblem):
        log.warning(
            "part_unavailable", path=request.url.path, reason=f"{type(error).__name__}: {error}"[:MESSAGE_MAX]
        )
    return problem.response()


def add_error_answers(app: FastAPI) -> None:
    for kind in (
        ApiProblem,
        RequestValidationError,
        HTTPException,
        TemporalUnavailable,
        MarketDataUnavailable,
        MarketDataRefused,
        DBAPIError,
        PoolTimeout,
        OSError,
        asyncpg.PostgresError,
        asyncpg.InternalClientError,
        asyncpg.InterfaceError,
    ):
        app.add_exception_handler(kind, _answer)
