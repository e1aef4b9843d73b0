"""Paging by key: a cursor says after which row to go on, so that new rows neither shift nor repeat pages."""

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel

from api.problem import invalid_request

LIMIT_MAX = 200
LIMIT_DEFAULT = 50
CURSOR_MAX = 512

Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="how many at most")]
Cursor = Annotated[
    str | None,
    Query(max_length=CURSOR_MAX, description="`next_cursor` of the page before; none for the first"),
]


class Page(BaseModel, Generic[Row]):
    items: list[Row]
    next_cursor: str | None = None


def encode_cursor(*key: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([str(part) for part in key])).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> list[str] | None:
    """The parts given to `encode_cursor`. Raises ApiProblem for a cursor that is not one of ours."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key: Any = orjson.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (binascii.Error, ValueError):
        raise bad_cursor() from None
    if not isinstance(key, list) or len(key) != length or not all(map(_is_text, key)):
        raise bad_cursor()
    return key


def _is_text(part: object) -> bool:
    """Postgres holds no NUL in a text."""
    return isinstance(part, str) and "\x00" not in part


def bad_cursor() -> Exception:
    return invalid_request("The cursor is not one that this list gave.", "cursor")
