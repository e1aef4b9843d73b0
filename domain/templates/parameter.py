"""Parameter types that templates share, with ranges that make sense."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.graph.config_field import DecimalText
from domain.graph.nodes.stream_markets import Tag, Text

__all__ = [
    "Dollars",
    "Hours",
    "Minutes",
    "Ratio",
    "SharePrice",
    "Spread",
    "Stake",
    "Tag",
    "Text",
    "WhaleSize",
    "Window",
]

Stake = Annotated[Decimal, DecimalText(unit="USDC", least="1", most="10000")]
Dollars = Annotated[Decimal, DecimalText(unit="USDC", least="0", most="100000000")]
SharePrice = Annotated[Decimal, DecimalText(unit="USDC per share", least="0.01", most="0.99")]
WhaleSize = Annotated[Decimal, DecimalText(unit="USDC", least="100", most="10000000")]
Spread = Annotated[Decimal, DecimalText(unit="USDC per share", least="0.001", most="0.2")]
Ratio = Annotated[Decimal, DecimalText(unit="ratio", least="0.001", most="1")]
Hours = Annotated[Decimal, DecimalText(unit="hours", least="1", most="720")]
Minutes = Annotated[int, Field(ge=0, le=10_080, strict=True, json_schema_extra={"x-unit": "minutes"})]
Window = Literal["15m", "1h", "4h", "24h"]
