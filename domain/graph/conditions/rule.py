"""Rules as they are written in a node's settings: comparisons, nested by all, any and not."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain.graph.conditions.metric import describe_metrics, find_metric, metric_names
from domain.graph.config_field import Config, DecimalText

DEPTH_MAX = 8
COMPARISONS_MAX = 50
VALUE_MOST = "1000000000000"

Operator = Literal[">", ">=", "<", "<=", "=", "!="]


def known_metric(name: str) -> str:
    if find_metric(name) is None:
        raise PydanticCustomError(
            "unknown_metric",
            "is no metric; use one of {names}, or momentum_ with another window from 5m to 30d",
            {"names": ", ".join(metric_names())},
        )
    return name


MetricName = Annotated[
    str,
    Field(max_length=32),
    AfterValidator(known_metric),
    WithJsonSchema({"type": "string", "maxLength": 32, "x-metrics": describe_metrics()}),
]


class Comparison(Config):
    """`metric op value`, for example volume > 100000."""

    metric: MetricName = Field(title="Metric")
    op: Operator = Field(title="Is")
    value: Annotated[Decimal, DecimalText(unit="", least=f"-{VALUE_MOST}", most=VALUE_MOST)] = Field(
        title="Value"
    )


class AllOf(Config):
    """Every one must hold."""

    all: tuple["Rule", ...] = Field(title="All of", min_length=1, max_length=COMPARISONS_MAX)


class AnyOf(Config):
    """At least one must hold."""

    any: tuple["Rule", ...] = Field(title="Any of", min_length=1, max_length=COMPARISONS_MAX)


class Not(Config):
    """The rule within must not hold."""

    not_: "Rule" = Field(title="Not", alias="not")


GROUPS: tuple[tuple[str, type[Config]], ...] = (("all", AllOf), ("any", AnyOf), ("not", Not))


def shape_of(value: object) -> str:
    """Which form a rule has: by its key, else a comparison."""
    for key, group in GROUPS:
        if isinstance(value, group) or (isinstance(value, dict) and key in value):
            return key
    return "comparison"


Rule = Annotated[
    Annotated[Comparison, Tag("comparison")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(shape_of),
]

for model in (AllOf, AnyOf, Not):
    model.model_rebuild()


def comparisons_of(rule: Rule) -> tuple[Comparison, ...]:
    """All comparisons of a rule, in the order they are written."""
    match rule:
        case Comparison():
            return (rule,)
        case AllOf():
            parts = rule.all
        case AnyOf():
            parts = rule.any
        case Not():
            parts = (rule.not_,)
    return tuple(comparison for part in parts for comparison in comparisons_of(part))


def bounded_rules(value: object) -> object:
    """Refuses rule trees too deep or too large, before anything recurses into them."""
    pending: list[tuple[object, int]] = [(value, 0)]
    seen = 0
    while pending:
        rule, depth = pending.pop()
        if isinstance(rule, (list, tuple)):
            pending.extend((part, depth) for part in rule)
            continue
        if not isinstance(rule, dict):
            continue
        parts = [rule[key] for key, _ in GROUPS if key in rule]
        seen += 0 if parts else 1
        if depth > DEPTH_MAX:
            raise PydanticCustomError(
                "rule_depth", f"nests more than {DEPTH_MAX} levels deep; make it flatter"
            )
        if seen > COMPARISONS_MAX:
            raise PydanticCustomError("rule_size", f"has more than {COMPARISONS_MAX} comparisons; use fewer")
        pending.extend((part, depth + 1) for part in parts)
    return value
