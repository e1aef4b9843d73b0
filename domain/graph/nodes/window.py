"""Time windows as settings: 15m, 4h, 7d."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from domain.errors import InvalidValue
from domain.graph.conditions.metric import WINDOWS_OFFERED, parse_window


def known_window(text: str) -> str:
    if parse_window(text) is None:
        raise PydanticCustomError("window", "must be a time from 5m to 30d, such as 15m, 1h, 4h, 24h or 7d")
    return text


WindowText = Annotated[
    str,
    Field(max_length=8, json_schema_extra={"x-form": "window", "x-offered": list(WINDOWS_OFFERED)}),
    AfterValidator(known_window),
]


def duration_of(window: str) -> timedelta:
    """Of a text that was checked. Raises InvalidValue for any other."""
    duration = parse_window(window)
    if duration is None:
        raise InvalidValue(f"{window} is no window")
    return duration
