"""Idempotency-Key: the work is done once, every repetition of the request gets the first answer."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from api.dependencies import CurrentUser, Parts
from api.errors import problem_of
from api.http.request_body import BODY_KEY
from api.parts import ApiParts
from api.problem import ApiProblem, conflict
from db.repositories import idempotency_keys
from db.session import WriteSession

WAIT = timedelta(seconds=10)
LOOK_EVERY = 0.1
SERVER_FAULT = 500

IdempotencyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="any text of your own; the same key and request give the same answer",
    ),
]


class Once:
    """One request. Without a key the work is simply done."""

    def __init__(self, parts: ApiParts, user_id: UUID, key: str | None, fingerprint: str) -> None:
        self._parts = parts
        self._user_id = user_id
        self._key = key
        self._fingerprint = fingerprint

    @property
    def request_id(self) -> str:
        """The same for repetitions of the same request; unique without a key."""
        return str(uuid4()) if self._key is None else self._derived("request").hex

    async def first_time(self, session: WriteSession) -> bool:
        """Asked in the transaction of what must not be done twice; False when an attempt before this one did it and
        then died."""
        if self._key is None:
            return True
        return await idempotency_keys.take_effect(session, self._user_id, self._key, self._parts.now())

    def new_id(self, kind: str) -> UUID:
        """Id of what the request makes: a repetition after a crash finds what the first attempt wrote."""
        return uuid4() if self._key is None else self._derived(kind)

    def _derived(self, kind: str) -> UUID:
        # Of the request too: once its answer is pruned, the key may be used for another one.
        return uuid5(NAMESPACE_URL, f"cascadian:{kind}|{self._user_id}|{self._key}|{self._fingerprint}")

    async def __call__(self, status_code: int, work: Callable[[], Awaitable[BaseModel]]) -> Response:
        """The answer to `work`, or the stored one. Raises ApiProblem 409 for a key used for something else or in use."""
        if self._key is None:
            return _answer(status_code, (await work()).model_dump_json())
        if not await self._claimed(self._key):
            first = await self._first_answer(self._key)
            if first is not None:
                return first
            if not await self._claimed(self._key):
                message = "The first request with this key is still at work."
                raise ApiProblem(409, "in_progress", message, retry_after=2)
        return await self._do(self._key, status_code, work)

    async def _claimed(self, key: str) -> bool:
        async with self._parts.database.write() as session:
            now = self._parts.now()
            return await idempotency_keys.claim(session, self._user_id, key, self._fingerprint, now)

    async def _do(self, key: str, status_code: int, work: Callable[[], Awaitable[BaseModel]]) -> Response:
        try:
            body = (await work()).model_dump_json()
        except Exception as error:
            problem = problem_of(error)
            if problem.problem.status >= SERVER_FAULT:
                await self._release(key)
                raise
            await self._store(key, problem.problem.status, problem.problem.model_dump_json(exclude_none=True))
            raise
        except BaseException:
            # The client hung up or the server is stopping: nobody knows how far the work came.
            await asyncio.shield(self._release(key))
            raise
        await self._store(key, status_code, body)
        return _answer(status_code, body)

    async def _store(self, key: str, status_code: int, body: str) -> None:
        async with self._parts.database.write() as session:
            await idempotency_keys.store_answer(session, self._user_id, key, status_code, body)

    async def _release(self, key: str) -> None:
        # With the database away the claim stays and is taken over a minute later.
        with suppress(Exception):
            async with self._parts.database.write() as session:
                await idempotency_keys.release(session, self._user_id, key)

    async def _first_answer(self, key: str) -> Response | None:
        """None when it does not come."""
        deadline = asyncio.get_running_loop().time() + WAIT.total_seconds()
        while True:
            async with self._parts.database.read() as session:
                stored = await idempotency_keys.stored_answer(session, self._user_id, key)
            if stored is not None and stored.fingerprint != self._fingerprint:
                raise conflict("idempotency_key_reused", "This Idempotency-Key was used for another request.")
            if stored is not None and stored.status_code is not None:
                return _answer(stored.status_code, stored.body or "", replayed=True)
            if stored is None or asyncio.get_running_loop().time() > deadline:
                return None
            await asyncio.sleep(LOOK_EVERY)


def _answer(status_code: int, body: str, *, replayed: bool = False) -> Response:
    media_type = "application/json" if status_code < 400 else "application/problem+json"
    headers = {"Idempotency-Replayed": "true"} if replayed else {}
    return Response(body, status_code=status_code, media_type=media_type, headers=headers)


def once_for(
    request: Request, parts: Parts, user: CurrentUser, idempotency_key: IdempotencyHeader = None
) -> Once:
    digest = hashlib.sha256()
    for part in (request.method, request.url.path, request.url.query):
        digest.update(part.encode() + b"\0")
    digest.update(request.scope.get(BODY_KEY, b""))
    return Once(parts, user.id, idempotency_key, digest.hexdigest())


OnceOnly = Annotated[Once, Depends(once_for)]
