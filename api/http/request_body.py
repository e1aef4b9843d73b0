"""Reads bodies of API requests once, with limits on size and depth, and refuses JSON that Postgres cannot hold."""

from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import ApiProblem

BODY_BYTES_MAX = 1_000_000
DEPTH_MAX = 40
BODY_KEY = "cascadian.body"
"""Where in the scope the read bytes are; the idempotency fingerprint is made of them."""


class RequestBodyLimits:
    """ASGI middleware: 413 beyond one megabyte, 422 for NaN, lone surrogates, NUL characters and deep nesting."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        try:
            body = await _read(scope, receive)
            _check_json(body, _header(scope, b"content-type"))
        except ApiProblem as problem:
            await problem.response()(scope, receive, send)
            return
        scope[BODY_KEY] = body
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _too_large() -> ApiProblem:
    return ApiProblem(413, "too_large", f"A request may have at most {BODY_BYTES_MAX:,} bytes.")


async def _read(scope: Scope, receive: Receive) -> bytes:
    length = _header(scope, b"content-length")
    if length.isdigit() and int(length) > BODY_BYTES_MAX:
        raise _too_large()
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_BYTES_MAX:
            raise _too_large()
        chunks.append(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(chunks)


def _check_json(body: bytes, content_type: str) -> None:
    if not body or "json" not in content_type.lower():
        return
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ApiProblem(422, "invalid_request", f"The body is not valid JSON: {error}"[:300]) from None
    _check_tree(value)


def _check_tree(root: Any) -> None:
    level: list[Any] = [root]
    for _ in range(DEPTH_MAX):
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                if "\x00" in value:
                    raise ApiProblem(422, "invalid_request", "Texts may not contain the character NUL.")
            elif isinstance(value, dict):
                below.extend(value.keys())
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        if not below:
            return
        level = below
    raise ApiProblem(422, "invalid_request", f"The JSON is nested deeper than {DEPTH_MAX} levels.")
