"""A formula as a setting of a node."""

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.formulas.variables import describe_variables

FORMULA_MAX = 500
FORM = "formula"
"""`x-form` of a setting that is a formula: the editor and the check on saving look for it."""

FormulaText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=FORMULA_MAX),
    Field(json_schema_extra={"x-form": FORM, "x-variables": describe_variables()}),
]
