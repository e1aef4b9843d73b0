"""Thresholds of check nodes as rules, so that they are judged and explained like any condition."""

from collections.abc import Sequence
from decimal import Decimal

from domain.graph.conditions.rule import Comparison, Rule
from domain.graph.conditions.settings import joined_rule

PORTS: dict[bool | None, str | None] = {True: "true", False: "false", None: None}
"""By which port an item leaves a node that judges; unknown goes neither way."""


def at_least(metric: str, value: Decimal | int | None) -> tuple[Comparison, ...]:
    """No comparison where no threshold is set."""
    if value is None:
        return ()
    return (Comparison.model_construct(metric=metric, op=">=", value=Decimal(value)),)


def at_most(metric: str, value: Decimal | int | None) -> tuple[Comparison, ...]:
    if value is None:
        return ()
    return (Comparison.model_construct(metric=metric, op="<=", value=Decimal(value)),)


def all_of(parts: Sequence[Comparison]) -> Rule | None:
    return joined_rule("all", tuple(parts)) if parts else None
