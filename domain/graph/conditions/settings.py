"""The condition list that Filter, Condition and Monitor Watchlist share in their settings."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from domain.graph.conditions.rule import COMPARISONS_MAX, AllOf, AnyOf, Rule, bounded_rules
from domain.graph.config_field import Config

Rules = Annotated[tuple[Rule, ...], BeforeValidator(bounded_rules)]


def joined_rule(match: Literal["all", "any"], rules: tuple[Rule, ...]) -> Rule:
    """Several rules as one."""
    if len(rules) == 1:
        return rules[0]
    if match == "all":
        return AllOf.model_construct(all=rules)
    return AnyOf.model_construct(any=rules)


class OptionalConditions(Config):
    """A list of rules and whether all or any must hold; an empty list holds always."""

    match: Literal["all", "any"] = Field(
        default="all", title="Match", description="Whether all conditions must hold or any one is enough."
    )
    conditions: Rules = Field(
        default=(),
        max_length=COMPARISONS_MAX,
        title="Conditions",
        description="Comparisons; groups {all: […]}, {any: […]} and {not: …} may nest in them.",
        json_schema_extra={"x-form": "conditions"},
    )

    @property
    def whole(self) -> Rule | None:
        """The list as one rule; None when it is empty."""
        return joined_rule(self.match, self.conditions) if self.conditions else None


class Conditions(OptionalConditions):
    """A list of at least one rule and whether all or any must hold."""

    conditions: Rules = Field(
        min_length=1,
        max_length=COMPARISONS_MAX,
        title="Conditions",
        description="Comparisons; groups {all: […]}, {any: […]} and {not: …} may nest in them.",
        json_schema_extra={"x-form": "conditions"},
    )

    @property
    def whole(self) -> Rule:
        return joined_rule(self.match, self.conditions)
