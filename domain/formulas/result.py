"""What a formula gave for one market."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class FormulaResult(BaseModel):
    """`value` by kind: boolean "true" or "false"; number its shortest text ("0.05", "1e+21"); text itself;
    quantity the number in SI base units, with `text` as people read it ("1.97 inch"); unknown the name of the
    variable that is not known; error why, to be put behind "the formula".
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["boolean", "number", "text", "quantity", "unknown", "error"]
    value: str
    text: str = ""
