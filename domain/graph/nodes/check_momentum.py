"""Check Momentum: how strongly the price moved, as a score and as the raw change."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.conditions.compile_rule import compile_rule, lookback_for
from domain.graph.conditions.explain_rule import explain, rule_words
from domain.graph.conditions.facts import Facts, token_of
from domain.graph.conditions.rule import Rule
from domain.graph.config_field import Config, DecimalText
from domain.graph.item import Item
from domain.graph.nodes.attach import ratio, with_numbers
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
from domain.graph.nodes.thresholds import all_of, at_least, at_most
from domain.graph.nodes.window import WindowText, duration_of
from domain.graph.ports import OutputPort, PortKind
from domain.graph.words import exact_words, number_words

ONE = Decimal(1)
Score = Annotated[Decimal, DecimalText(unit="score", least="-1", most="1")]


class CheckMomentumConfig(Config):
    """Over which time, what counts as a full move, and which scores pass."""

    window: WindowText = Field(
        default="1h",
        title="Window",
        description="The time over which the price change is measured: 1h, 4h, 24h or any other from 5m to 30d.",
    )
    full_change: Annotated[Decimal, DecimalText(unit="ratio", least="0.001", most="10")] = Field(
        default=Decimal("0.20"),
        title="Full score at",
        description="The relative change that scores 1 (or, falling, -1): 0.20 is twenty per cent.",
    )
    score_min: Score | None = Field(
        default=None, title="Score at least", description="Only markets with this score or more pass."
    )
    score_max: Score | None = Field(
        default=None,
        title="Score at most",
        description="Only markets with this score or less pass; below 0 means falling prices.",
    )

    @model_validator(mode="after")
    def band_is_open(self) -> Self:
        if self.score_min is not None and self.score_max is not None and self.score_min > self.score_max:
            raise PydanticCustomError("score_band", "score at least must not be above score at most")
        return self

    @property
    def threshold(self) -> Rule | None:
        return all_of(
            (*at_least("momentum_score", self.score_min), *at_most("momentum_score", self.score_max))
        )


def momentum_score(change: Decimal, full_change: Decimal) -> Decimal:
    """change ÷ full_change, never beyond -1 and 1. Linear: half the full change scores a half."""
    return ratio(max(-ONE, min(ONE, change / full_change)))


def rule(config: CheckMomentumConfig) -> str:
    measured = f"score {config.window} momentum, full at {exact_words(config.full_change * 100)}%"
    return f"{measured}; {rule_words(config.threshold)}" if config.threshold is not None else measured


def measured_words(window: str, change: Decimal, score: Decimal, judged: Callable[[], str] | None) -> str:
    said = f"{window} price change {number_words(change)} is a momentum score of {number_words(score)}"
    return said if judged is None else f"{said}; {judged()}"


def prepare(config: CheckMomentumConfig) -> Evaluate:
    window = duration_of(config.window)
    lookback = lookback_for(window)
    compiled = compile_rule(config.threshold) if config.threshold is not None else None

    def judge(item: Item, scope: Scope) -> Outcome:
        market = scope.markets.get(item.market_id)
        change = Facts(item.market_id, market, scope.now, None, scope.histories).momentum(window)
        if change is None:
            blank = with_numbers(item, momentum_score=None, momentum_change=None)
            said = (
                "the market was not found"
                if market is None
                else f"no price from {config.window} ago is known"
            )
            return Outcome(blank, None, f"momentum is not known: {said}")
        score = momentum_score(change, config.full_change)
        scored = with_numbers(item, momentum_score=score, momentum_change=ratio(change))
        if compiled is None:
            return Outcome(scored, "out", partial(measured_words, config.window, change, score, None))
        facts = Facts(item.market_id, market, scope.now, None, scope.histories, scored.values)
        why = partial(measured_words, config.window, change, score, partial(explain, compiled, facts))
        return Outcome(scored, "out" if compiled.test(facts) is True else None, why)

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        tokens = [token_of(scope.markets.get(item.market_id)) for item in given.items]
        yield from scope.read_histories([token for token in tokens if token is not None], lookback)
        return NodeResult(outcomes=[judge(item, scope) for item in given.items])

    return evaluate


CHECK_MOMENTUM = NodeType(
    type="check_momentum",
    title="Check Momentum",
    group=Group.CONDITION,
    description="Measures how the price of the first outcome moved and attaches momentum_score (-1 to 1) and momentum_change. "
    "The score is the relative change divided by the change that counts as full, cut at -1 and 1.",
    config=CheckMomentumConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(
        OutputPort(
            "out", "Scored", PortKind.MARKETS, "Markets whose momentum is known and within the set scores."
        ),
    ),
)
