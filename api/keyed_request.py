"""Requests that move money: without an Idempotency-Key a repetition after a timeout would move it twice."""

from typing import Annotated

from fastapi import Depends

from api.once import IdempotencyHeader, Once, OnceOnly
from api.problem import ApiProblem


def keyed(once: OnceOnly, idempotency_key: IdempotencyHeader = None) -> Once:
    """Raises ApiProblem 422 without a key."""
    if idempotency_key is None:
        raise ApiProblem(
            422, "idempotency_key_required", "Requests that move money need the header Idempotency-Key."
        )
    return once


KeyedOnce = Annotated[Once, Depends(keyed)]
