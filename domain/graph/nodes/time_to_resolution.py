"""Time to Resolution: how soon a market ends."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.conditions.explain_rule import rule_words
from domain.graph.conditions.rule import Rule
from domain.graph.conditions.settings import joined_rule
from domain.graph.config_field import Config, DecimalText
from domain.graph.nodes.judging import judged_by, two_ways
from domain.graph.nodes.node_type import MARKETS_IN, Group, NodeType
from domain.graph.nodes.thresholds import at_least, at_most

Hours = Annotated[Decimal, DecimalText(unit="hours", least="0", most="87600")]


class TimeToResolutionConfig(Config):
    """At least one of the two."""

    hours_min: Hours | None = Field(
        default=None, title="At least", description="Hours that must be left until the market's end date."
    )
    hours_max: Hours | None = Field(
        default=None, title="At most", description="Hours that may be left until the market's end date."
    )

    @model_validator(mode="after")
    def asks_something(self) -> Self:
        if not self.parts:
            raise PydanticCustomError("threshold", "needs hours at least or at most")
        if self.hours_min is not None and self.hours_max is not None and self.hours_min > self.hours_max:
            raise PydanticCustomError("time_band", "at least must not be above at most")
        return self

    @property
    def parts(self) -> tuple[Rule, ...]:
        # An end date in the past is no time to resolution: such a market is about to be resolved or overdue.
        least = self.hours_min if self.hours_min is not None else Decimal(0)
        asked = (*at_least("hours_to_end", self.hours_min), *at_most("hours_to_end", self.hours_max))
        return (*at_least("hours_to_end", least), *at_most("hours_to_end", self.hours_max)) if asked else ()


def whole(config: TimeToResolutionConfig) -> Rule:
    return joined_rule("all", config.parts)


TIME_TO_RESOLUTION = NodeType(
    type="time_to_resolution",
    title="Time to Resolution",
    group=Group.TIME,
    description="Sends markets to true by how many hours are left until their end date. "
    "A market whose end date has passed goes to false, one without an end date neither way.",
    config=TimeToResolutionConfig,
    rule=lambda config: rule_words(whole(config)),
    prepare=judged_by(whole),
    inputs=(MARKETS_IN,),
    outputs=two_ways("Markets that end in that time.", "Markets that end sooner or later."),
)
