"""Field types of node settings: decimals as text, with unit and bounds that a form can show."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from domain.errors import InvalidValue
from domain.money import exact, plain

TEXT_MAX = 40
PLACES_MAX = 18
USDC_MOST = "1000000000000"


class Config(BaseModel):
    """Settings of one node; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class DecimalText:
    """Annotation for `Decimal`: takes decimal text or a whole number, never a float.

    In JSON Schema: a string of format "decimal" with `x-unit`, `x-minimum` and `x-maximum`.
    """

    unit: str
    least: str
    most: str
    above_least: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(
                plain, return_schema=core_schema.str_schema(), when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        least = "x-exclusive-minimum" if self.above_least else "x-minimum"
        return {
            "type": "string",
            "format": "decimal",
            "x-unit": self.unit,
            least: self.least,
            "x-maximum": self.most,
        }

    def parse(self, value: object) -> Decimal:
        number = self._number(value)
        least, most = Decimal(self.least), Decimal(self.most)
        if number < least or number > most or (self.above_least and number == least):
            words = "more than" if self.above_least else "at least"
            raise PydanticCustomError(
                "decimal_range",
                f"must be {words} {plain(least)} and at most {plain(most)} {self.unit}".rstrip(),
            )
        return number

    def _number(self, value: object) -> Decimal:
        if not isinstance(value, (str, int, Decimal)) or (isinstance(value, str) and len(value) > TEXT_MAX):
            raise PydanticCustomError("decimal_text", 'must be a number written as text, such as "0.05"')
        try:
            number = exact(value.strip() if isinstance(value, str) else value)
        except InvalidValue as error:
            raise PydanticCustomError(
                "decimal_text", 'must be a number written as text, such as "0.05"'
            ) from error
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > PLACES_MAX:
            raise PydanticCustomError(
                "decimal_places", f"must have at most {PLACES_MAX} digits behind the point"
            )
        return number if number else Decimal(0)
