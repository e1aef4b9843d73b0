"""Wait: goes on later."""

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.config_field import Config
from domain.graph.nodes.node_type import Evaluate, Group, NodeInput, NodeResult, NodeType, Outcome, Work
from domain.graph.nodes.scope import Scope
from domain.graph.ports import InputPort, OutputPort, PortKind
from domain.graph.words import joined, plural, time_words
from domain.strategy.decision import CarriedItem, Deferral

DURATION_MOST = timedelta(days=365)
Count = Annotated[int, Field(ge=0, le=525_600, strict=True)]


class WaitConfig(Config):
    """How long; the three are added up."""

    minutes: Count = Field(default=0, title="Minutes", json_schema_extra={"x-unit": "minutes"})
    hours: Count = Field(default=0, title="Hours", json_schema_extra={"x-unit": "hours"})
    days: Count = Field(default=0, title="Days", json_schema_extra={"x-unit": "days"})

    @property
    def duration(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)

    @model_validator(mode="after")
    def is_a_while(self) -> Self:
        if not timedelta(0) < self.duration <= DURATION_MOST:
            raise PydanticCustomError("duration", "must wait at least 1 minute and at most 365 days in all")
        return self


def rule(config: WaitConfig) -> str:
    counts = ((config.days, "day"), (config.hours, "hour"), (config.minutes, "minute"))
    return f"wait {joined([plural(count, noun) for count, noun in counts if count])}"


def waiting(due_at: datetime) -> str:
    return f"waits until {time_words(due_at)}"


def prepare(config: WaitConfig) -> Evaluate:
    def evaluate(given: NodeInput, scope: Scope) -> Work:
        yield from ()
        if "out" not in given.connected:
            return NodeResult(
                outcomes=[Outcome(item, None, "nothing is connected behind") for item in given.items]
            )
        due_at = scope.now + config.duration
        carried = tuple(
            CarriedItem(market_id=item.market_id, values=dict(item.values)) for item in given.items
        )
        return NodeResult(
            outcomes=[Outcome(item, "out", partial(waiting, due_at), pending=True) for item in given.items],
            deferrals=(Deferral(node_id=given.node_id, port="out", items=carried, due_at=due_at),),
        )

    return evaluate


WAIT = NodeType(
    type="wait",
    title="Wait",
    group=Group.TIME,
    description="Holds what arrives and goes on after the time has passed, with the market data of then.",
    config=WaitConfig,
    rule=rule,
    prepare=prepare,
    inputs=(InputPort("in", "What waits", PortKind.ANY),),
    outputs=(OutputPort("out", "Then", PortKind.ANY, "The same, after the time has passed."),),
)
