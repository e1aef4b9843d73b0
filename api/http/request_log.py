"""One log line per API request under a request id, and the last net below every handler."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem_of

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
SLOW_MS = 1000

log = structlog.get_logger(__name__)


class RequestLog:
    """ASGI middleware: binds `request_id` for all log lines of the request and answers it in X-Request-Id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope) or uuid4().hex
        status = 0
        began = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            except Exception as error:
                log.exception("request_failed", path=scope["path"])
                if status:
                    raise
                await problem_of(error).response()(scope, receive, send_with_id)
            finally:
                _tell(scope, status, round((time.perf_counter() - began) * 1000))


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            return text if REQUEST_ID.fullmatch(text) else None
    return None


def _tell(scope: Scope, status: int, duration_ms: int) -> None:
    if not scope["path"].startswith("/api/"):
        return
    # Reads are polled by every open page: they are worth a line only when slow or failing.
    quiet = scope["method"] == "GET" and status < 500 and duration_ms < SLOW_MS
    write = log.debug if quiet or scope["path"] == "/api/stream" else log.info
    write("request", method=scope["method"], path=scope["path"], status=status, duration_ms=duration_ms)
