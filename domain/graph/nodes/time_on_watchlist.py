"""Time on Watchlist: how long a market has been watched."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.conditions.explain_rule import rule_words
from domain.graph.conditions.rule import Rule
from domain.graph.conditions.settings import joined_rule
from domain.graph.config_field import Config
from domain.graph.nodes.judging import judged_by, two_ways
from domain.graph.nodes.node_type import MARKETS_IN, Group, NodeType
from domain.graph.nodes.thresholds import at_least, at_most

Minutes = Annotated[int, Field(ge=0, le=525_600, strict=True, json_schema_extra={"x-unit": "minutes"})]


class TimeOnWatchlistConfig(Config):
    """At least one of the two."""

    minutes_min: Minutes | None = Field(
        default=None, title="At least", description="Minutes since it was put on the watchlist."
    )
    minutes_max: Minutes | None = Field(
        default=None, title="At most", description="Minutes since it was put on the watchlist."
    )

    @model_validator(mode="after")
    def asks_something(self) -> Self:
        if not self.parts:
            raise PydanticCustomError("threshold", "needs a time at least or at most")
        if (
            self.minutes_min is not None
            and self.minutes_max is not None
            and self.minutes_min > self.minutes_max
        ):
            raise PydanticCustomError("time_band", "at least must not be above at most")
        return self

    @property
    def parts(self) -> tuple[Rule, ...]:
        return (
            *at_least("minutes_on_watchlist", self.minutes_min),
            *at_most("minutes_on_watchlist", self.minutes_max),
        )


def whole(config: TimeOnWatchlistConfig) -> Rule:
    return joined_rule("all", config.parts)


TIME_ON_WATCHLIST = NodeType(
    type="time_on_watchlist",
    title="Time on Watchlist",
    group=Group.TIME,
    description="Sends markets to true by how long they have been on the strategy's watchlist. "
    "A market that is not on it goes neither way.",
    config=TimeOnWatchlistConfig,
    rule=lambda config: rule_words(whole(config)),
    prepare=judged_by(whole),
    inputs=(MARKETS_IN,),
    outputs=two_ways("Markets watched for that long.", "Markets watched for shorter or longer."),
)
