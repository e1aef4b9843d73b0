"""JSON as it goes into JSONB columns."""

from decimal import Decimal
from uuid import UUID

import orjson


def json_text(value: object) -> str:
    """Raises TypeError for what has no JSON form."""

    def default(unknown: object) -> str:
        # Never as float: prices in JSONB would silently lose digits.
        if isinstance(unknown, Decimal):
            return format(unknown, "f")
        # asyncpg's own class is none that orjson knows.
        if isinstance(unknown, UUID):
            return str(unknown)
        raise TypeError(f"{type(unknown).__name__} has no JSON form here")

    return orjson.dumps(value, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
