"""What a formula says, and what it gives for one market of now."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.decimal_text import DecimalText
from api.parts import Source

FORMULA_SENT_MAX = 10_000
"""Longer than any formula may be, so that one that is too long is answered in the same words as other faults."""


class FormulaCheck(BaseModel):
    """A formula as it is typed; with a market also what it gives there."""

    model_config = ConfigDict(extra="forbid")

    formula: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=FORMULA_SENT_MAX)
    ]
    market_id: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None


class VariableValue(BaseModel):
    """`value` null: not known, and `unknown` says why."""

    name: str
    title: str
    unit: str
    value: DecimalText | None
    unknown: str | None


class FormulaPreview(BaseModel):
    """What a Formula node would say of this market: by which port it would leave (null: it would stop there) and why."""

    market_id: str
    question: str
    observed_at: datetime
    """When the market was read from the venue."""
    source: Source
    values: list[VariableValue]
    kind: Literal["boolean", "number", "text", "quantity", "unknown", "error"]
    value: Annotated[str, Field(examples=["true", "0.42"])]
    """By kind: true or false; a number; text; a number in SI base units; the variable that is not known; what is wrong."""
    port: Literal["true", "false", "value"] | None
    sentence: str


class FormulaCheckView(BaseModel):
    """`problem` continues "the formula". `variables` in the order of their first use; empty when it cannot be read."""

    ok: bool
    problem: str | None
    variables: list[str]
    preview: FormulaPreview | None
    """Only when a market was given and the formula is ok."""
