"""Exceptions of the SDK, httpx and asyncio become the two words of exchange/errors.py."""

import json
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from exchange.errors import MarketDataRefused, MarketDataUnavailable

VenueError = MarketDataUnavailable | MarketDataRefused

PASSING_STATUSES = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
"""Client errors that go away by themselves; everything from 500 up does too."""


def venue_error(error: Exception, what: str) -> VenueError | None:
    """What the exception means for the caller; None for an exception that does not come from the venue or the network."""
    from polymarket.errors import (
        PolymarketError,
        RateLimitError,
        RequestRejectedError,
        TransportError,
        UnexpectedResponseError,
    )

    match error:
        case MarketDataUnavailable() | MarketDataRefused():
            return error
        case RateLimitError():
            return MarketDataUnavailable(f"{what}: too many requests", error.retry_after)
        case RequestRejectedError():
            return error_of_status(error.status, str(error), what, error.retry_after)
        case TransportError() | httpx.TransportError():
            return MarketDataUnavailable(f"{what}: {error or type(error).__name__}")
        case TimeoutError():
            return MarketDataUnavailable(f"{what}: no answer in time")
        case UnexpectedResponseError() if isinstance(
            error.__cause__, json.JSONDecodeError | UnicodeDecodeError
        ):
            return unreadable(what)
        case PolymarketError():
            return MarketDataRefused(f"{what}: {error}")
        case _:
            return None


def error_of_status(status: int, message: str, what: str, retry_after: float | None) -> VenueError:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in PASSING_STATUSES:
        return MarketDataUnavailable(f"{what}: status {status}, {message}", retry_after)
    return MarketDataRefused(f"{what}: status {status}, {message}")


def unreadable(what: str) -> MarketDataUnavailable:
    """Not JSON at all: a proxy or an outage page answered in the venue's place, which passes."""
    return MarketDataUnavailable(f"{what}: the answer is not JSON")


def retry_after_of(response: httpx.Response, now: datetime) -> float | None:
    """Seconds the venue asks us to wait: the Retry-After header in either form, else `retry_after_seconds` of the body."""
    header = response.headers.get("retry-after", "").strip()
    seconds = _seconds(header)
    if seconds is None and header:
        seconds = _seconds_until(header, now)
    if seconds is None:
        try:
            seconds = _seconds(response.json().get("retry_after_seconds"))
        except (AttributeError, ValueError):
            return None
    return seconds


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_until(http_date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
