"""Sort and Limit: the best so many markets by one number."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Literal

from pydantic import Field

from domain.graph.conditions.compile_rule import lookback_for
from domain.graph.conditions.facts import Facts, token_of
from domain.graph.conditions.metric import Cost, Metric, find_metric
from domain.graph.conditions.rule import MetricName
from domain.graph.config_field import Config
from domain.graph.nodes.node_type import (
    MARKETS_IN,
    Evaluate,
    Group,
    NodeInput,
    NodeResult,
    NodeType,
    Outcome,
    Work,
)
from domain.graph.nodes.scope import Scope
from domain.graph.ports import OutputPort, PortKind
from domain.graph.words import number_words, plural

LIMIT_MOST = 500


class SortLimitConfig(Config):
    """By which number, which way, and how many."""

    metric: MetricName = Field(default="volume", title="Sort by", description="The number that decides.")
    order: Literal["highest", "lowest"] = Field(
        default="highest",
        title="First comes",
        description="Whether the highest or the lowest number comes first.",
    )
    limit: int = Field(
        default=10,
        ge=1,
        le=LIMIT_MOST,
        strict=True,
        title="At most",
        description="How many markets go on.",
        json_schema_extra={"x-unit": "markets"},
    )


def rule(config: SortLimitConfig) -> str:
    metric = find_metric(config.metric)
    words = metric.words if metric is not None else config.metric
    return f"the {plural(config.limit, 'market')} with the {config.order} {words}"


def place_words(metric: Metric, value: Decimal | None, place: int, count: int, limit: int) -> str:
    said = (
        f"{metric.words} is not known: {metric.unknown}"
        if value is None
        else f"{metric.words} {number_words(value)}"
    )
    beyond = f"; only the first {limit:,} go on" if place > limit else ""
    return f"place {place:,} of {count:,}: {said}{beyond}"


def prepare(config: SortLimitConfig) -> Evaluate:
    metric = find_metric(config.metric)
    if metric is None:
        raise AssertionError(f"{config.metric} was checked to be a metric")

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        watchlist = None
        if metric.cost is Cost.WATCHLIST:
            watchlist = yield from scope.read_watchlist()
        if metric.window is not None:
            tokens = (token_of(scope.markets.get(item.market_id)) for item in given.items)
            known = [token for token in tokens if token is not None]
            yield from scope.read_histories(known, lookback_for(metric.window))
        values = [
            metric.read(
                Facts(
                    item.market_id,
                    scope.markets.get(item.market_id),
                    scope.now,
                    watchlist,
                    scope.histories,
                    item.values,
                )
            )
            for item in given.items
        ]
        ranked = sorted_places(values, highest=config.order == "highest")
        return NodeResult(
            outcomes=[
                Outcome(
                    given.items[index],
                    "out" if place <= config.limit else None,
                    partial(place_words, metric, values[index], place, len(ranked), config.limit),
                )
                for place, index in enumerate(ranked, start=1)
            ]
        )

    return evaluate


def sorted_places(values: Sequence[Decimal | None], highest: bool) -> list[int]:
    """Indices in order: stable among equals, unknown numbers last in their own order."""

    def key(index: int) -> tuple[bool, Decimal]:
        value = values[index]
        if value is None:
            return True, Decimal(0)
        return False, -value if highest else value

    return sorted(range(len(values)), key=key)


SORT_LIMIT = NodeType(
    type="sort_limit",
    title="Sort and Limit",
    group=Group.CONDITION,
    description="Puts markets in order by one number and lets the first ones through. Equal ones keep their order; "
    "those whose number is not known come last.",
    config=SortLimitConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(OutputPort("out", "First", PortKind.MARKETS, "The first markets, in the new order."),),
)
