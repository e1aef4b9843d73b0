"""Own HTTP for the two reads the SDK cannot do for us; numbers arrive as the decimals the venue wrote, never as floats.

Market listings: the SDK's paginator loses a page of 100 markets when one of them does not fit its model, which over months
of running alone is a matter of time, and its model costs three times the time. Batch price history: the SDK has no such call.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx

from exchange.polymarket.error_mapping import error_of_status, retry_after_of, unreadable

Parameters = Sequence[tuple[str, str | int]]


class Wire:
    """JSON over HTTP to one host. Raises MarketDataUnavailable, MarketDataRefused and httpx's transport errors."""

    def __init__(self, base_url: str, now: Callable[[], datetime]) -> None:
        self._client = httpx.AsyncClient(base_url=base_url, http2=True, timeout=None)
        self._now = now

    async def get(self, path: str, parameters: Parameters = ()) -> Any:
        return self._read(await self._client.get(path, params=list(parameters)), path)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._read(await self._client.post(path, json=body), path)

    async def close(self) -> None:
        await self._client.aclose()

    def _read(self, response: httpx.Response, path: str) -> Any:
        if not response.is_success:
            retry_after = retry_after_of(response, self._now())
            raise error_of_status(response.status_code, _message(response), path, retry_after)
        try:
            return json.loads(response.content, parse_float=Decimal)
        except ValueError as error:
            raise unreadable(path) from error


def _message(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"])[:300]
    except (KeyError, TypeError, ValueError):
        return response.text[:300]
