"""Reading query parameters the way the services do: repeated keys are lists, what makes no sense is refused."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from starlette.datastructures import QueryParams

from sandbox.wire.time_text import parse_moment

T = TypeVar("T")


class BadQuery(Exception):
    """A parameter is missing or wrong; the message is what the service would say."""


class Query:
    """Typed access to query parameters. Every reader returns None for an absent parameter and raises BadQuery for a bad one."""

    def __init__(self, params: QueryParams) -> None:
        self._params = params

    def text(self, name: str) -> str | None:
        return self._params.get(name) or None

    def texts(self, name: str, most: int | None = None) -> list[str]:
        values = [value for value in self._params.getlist(name) if value]
        if most is not None and len(values) > most:
            raise BadQuery(f"{name}: at most {most} values")
        return values

    def csv(self, name: str) -> list[str]:
        return [
            part.strip() for value in self._params.getlist(name) for part in value.split(",") if part.strip()
        ]

    def _parsed(self, name: str, parse: Callable[[str], T], kind: str) -> T | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse(text)
        except (ValueError, InvalidOperation, OverflowError) as error:
            raise BadQuery(f"{name}: {text!r} is not a valid {kind}") from error

    def flag(self, name: str) -> bool | None:
        return self._parsed(name, _flag, "boolean")

    def whole(self, name: str) -> int | None:
        return self._parsed(name, int, "integer")

    def wholes(self, name: str) -> list[int]:
        try:
            return [int(text) for text in self.texts(name)]
        except ValueError as error:
            raise BadQuery(f"{name}: not a valid integer") from error

    def amount(self, name: str) -> Decimal | None:
        return self._parsed(name, _amount, "number")

    def moment(self, name: str) -> int | None:
        return self._parsed(name, parse_moment, "date")

    def word(self, name: str, allowed: Sequence[str]) -> str | None:
        text = self.text(name)
        if text is not None and text not in allowed:
            raise BadQuery(f"{name}: must be one of {', '.join(allowed)}")
        return text

    def limit(self, most: int, usual: int) -> int:
        """Clamped silently to `most`."""
        value = self.whole("limit")
        if value is None:
            return min(usual, most)
        if value < 0:
            raise BadQuery("limit: must not be negative")
        return min(value, most)


def _flag(text: str) -> bool:
    lowered = text.lower()
    if lowered not in ("true", "false", "1", "0"):
        raise ValueError(text)
    return lowered in ("true", "1")


def _amount(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value
