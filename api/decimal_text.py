"""Decimals at the border: text in JSON both ways, floats refused."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from domain.errors import InvalidValue
from domain.money import exact, plain

DECIMAL_TEXT_MAX = 40


def _parse(value: Any) -> Decimal:
    if isinstance(value, str) and len(value) > DECIMAL_TEXT_MAX:
        raise ValueError("must be a shorter number")
    if not isinstance(value, (str, int, Decimal)):
        raise ValueError('must be a number written as text, such as "12.50"')
    try:
        return exact(value)
    except InvalidValue as error:
        raise ValueError(f'must be a number written as text, such as "12.50": {error}') from error


DecimalText = Annotated[
    Decimal,
    BeforeValidator(_parse),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema({"type": "string", "format": "decimal", "examples": ["12.50"]}),
]
"""A Decimal that is text in JSON, without exponent and trailing zeros."""
