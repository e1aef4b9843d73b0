"""Notify: tells the user by a line on the strategy's timeline."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from domain.graph.conditions.facts import Facts
from domain.graph.conditions.metric import METRICS, Cost
from domain.graph.config_field import Config
from domain.graph.item import Item
from domain.graph.nodes.node_type import Evaluate, Group, NodeInput, NodeResult, NodeType, Outcome, Work
from domain.graph.nodes.scope import Scope
from domain.graph.nodes.stream_markets import as_words
from domain.graph.ports import InputPort, OutputPort, PortKind
from domain.graph.words import bounded, joined, number_words, plural, quoted
from domain.strategy.decision import Notify

MESSAGE_MAX = 300
NOTICES_MOST = 50
PLACEHOLDER = re.compile(r"\{([a-z0-9_]*)\}")
NUMBERS = {name: metric for name, metric in METRICS.items() if metric.cost is Cost.MARKET}


def known_placeholders(message: str) -> str:
    for name in PLACEHOLDER.findall(message):
        if name not in ("question", "reason") and name not in NUMBERS:
            offered = joined(["question", "reason", *NUMBERS], "or", kept=12)
            raise PydanticCustomError(
                "placeholder", "has {name}, which is not known; use {offered} in braces",
                {"name": f"{{{name}}}", "offered": offered},
            )  # fmt: skip
    return message


Message = Annotated[
    str,
    StringConstraints(max_length=MESSAGE_MAX),
    AfterValidator(as_words),
    AfterValidator(known_placeholders),
]


class NotifyConfig(Config):
    """What to say, and about how many markets at once."""

    message: Message = Field(
        default="{question}: {reason}",
        title="Message",
        description="May contain {question}, {reason} (the sentence of the node before) and numbers such as {price}, "
        "{volume} or {momentum_score}.",
    )
    limit: int = Field(
        default=10,
        ge=1,
        le=NOTICES_MOST,
        strict=True,
        title="At most",
        description="Notices in one execution; further markets just go on.",
        json_schema_extra={"x-unit": "notices"},
    )


def message_for(message: str, item: Item | None, reason: str, scope: Scope) -> str:
    """The message with its placeholders filled in; what is not known is said to be unknown."""
    market = scope.markets.get(item.market_id) if item is not None else None

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name == "question":
            return market.question if market is not None else "no market"
        if name == "reason":
            return reason or "reached"
        values = item.values if item is not None else {}
        facts = Facts("", market, scope.now, None, scope.histories, values)
        value = NUMBERS[name].read(facts)
        return "unknown" if value is None else number_words(value)

    return bounded(PLACEHOLDER.sub(fill, message), MESSAGE_MAX)


def prepare(config: NotifyConfig) -> Evaluate:
    beyond = f"goes on without a notice: only {plural(config.limit, 'notice')} in one execution"

    def notice(given: NodeInput, item: Item | None, scope: Scope) -> Notify:
        reason = given.why(item.market_id) if item is not None else ""
        return Notify.model_construct(
            node_id=given.node_id,
            market_id=item.market_id if item is not None else None,
            message=message_for(config.message, item, reason, scope),
        )

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        yield from ()
        if not given.items:
            return NodeResult(control=frozenset({"out"}), effects=(notice(given, None, scope),))
        told = [notice(given, item, scope) for item in given.items[: config.limit]]
        said = [bounded(f"told: {effect.message}") for effect in told]
        return NodeResult(
            outcomes=[
                Outcome(item, "out", said[index] if index < len(said) else beyond)
                for index, item in enumerate(given.items)
            ],
            effects=told,
        )

    return evaluate


NOTIFY = NodeType(
    type="notify",
    title="Notify",
    group=Group.ACTION,
    description="Writes a notice for each market on the strategy's timeline. It does so in every execution that reaches it.",
    config=NotifyConfig,
    rule=lambda config: f"tell {quoted(config.message)}, at most {config.limit} in one execution",
    prepare=prepare,
    inputs=(InputPort("in", "What to tell", PortKind.ANY),),
    outputs=(OutputPort("out", "Then", PortKind.ANY, "Everything that came in."),),
    effects=True,
)
