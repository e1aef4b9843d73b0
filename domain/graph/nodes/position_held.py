"""Position Held: whether the strategy holds something in a market, and how it stands."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.conditions.compile_rule import CompiledRule, compile_rule
from domain.graph.conditions.explain_rule import explain, rule_words
from domain.graph.conditions.facts import Facts
from domain.graph.conditions.rule import Rule
from domain.graph.config_field import Config, DecimalText
from domain.graph.item import Item
from domain.graph.nodes.attach import ratio, with_numbers
from domain.graph.nodes.judging import two_ways
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
from domain.graph.nodes.outcome_choice import OutcomeName, find_outcome, outcome_price
from domain.graph.nodes.scope import Scope
from domain.graph.nodes.thresholds import PORTS, all_of, at_least, at_most
from domain.graph.words import bounded, number_words
from domain.market.market import Market
from domain.strategy.requests import HeldPosition

NUMBERS = ("position_shares", "position_cost", "position_entry_price", "position_value", "position_change")
Change = Annotated[Decimal, DecimalText(unit="ratio", least="-1", most="1000")]


class PositionHeldConfig(Config):
    """Which outcome, and how the price must have changed since entry."""

    outcome: OutcomeName | None = Field(
        default=None,
        title="Outcome",
        description="A name such as Yes or No, or first or second for its place; left out: any.",
    )
    change_min: Change | None = Field(
        default=None,
        title="Change at least",
        description="Price of now against the entry price: 0.1 is ten per cent up.",
    )
    change_max: Change | None = Field(
        default=None,
        title="Change at most",
        description="Price of now against the entry price: -0.1 is ten per cent down.",
    )

    @model_validator(mode="after")
    def band_is_open(self) -> Self:
        if self.change_min is not None and self.change_max is not None and self.change_min > self.change_max:
            raise PydanticCustomError("change_band", "change at least must not be above change at most")
        return self

    @property
    def threshold(self) -> Rule | None:
        return all_of(
            (*at_least("position_change", self.change_min), *at_most("position_change", self.change_max))
        )


def rule(config: PositionHeldConfig) -> str:
    held = f"holds {config.outcome}" if config.outcome is not None else "holds a position"
    return f"{held}, with {rule_words(config.threshold)}" if config.threshold is not None else held


def chosen_position(
    held: Sequence[HeldPosition], market: Market | None, name: str | None
) -> HeldPosition | None:
    """The largest by cost, of that outcome if one is named."""
    if name is not None:
        outcome = find_outcome(market, name) if market is not None else None
        wanted = outcome.name if outcome is not None else name
        held = [position for position in held if position.outcome.casefold() == wanted.casefold()]
    return max(held, key=lambda position: position.cost, default=None)


def price_now(position: HeldPosition, market: Market | None) -> Decimal | None:
    if market is None:
        return None
    outcome = next((known for known in market.outcomes if known.token_id == position.token_id), None)
    return outcome_price(market, outcome) if outcome is not None else None


def standing(item: Item, position: HeldPosition, market: Market | None) -> Item:
    """The item with the numbers of its position."""
    price, entry = price_now(position, market), position.entry_price
    return with_numbers(
        item,
        position_shares=position.shares,
        position_cost=position.cost,
        position_entry_price=entry,
        position_value=position.shares * price if price is not None else None,
        position_change=ratio((price - entry) / entry) if price is not None and entry else None,
    )


def held_words(position: HeldPosition, compiled: CompiledRule | None, facts: Facts) -> str:
    said = f"holds {number_words(position.shares)} {position.outcome} bought at {number_words(position.entry_price)}"
    return bounded(said if compiled is None else f"{said}; {explain(compiled, facts)}")


def prepare(config: PositionHeldConfig) -> Evaluate:
    compiled = compile_rule(config.threshold) if config.threshold is not None else None
    none_held = "holds nothing here" if config.outcome is None else bounded(f"holds no {config.outcome} here")

    def judge(item: Item, held: Sequence[HeldPosition], scope: Scope) -> Outcome:
        market = scope.markets.get(item.market_id)
        position = chosen_position(held, market, config.outcome)
        if position is None:
            return Outcome(with_numbers(item, **dict.fromkeys(NUMBERS)), "false", none_held)
        known = standing(item, position, market)
        facts = Facts(item.market_id, market, scope.now, None, scope.histories, known.values)
        port = PORTS[compiled.test(facts)] if compiled is not None else "true"
        return Outcome(known, port, partial(held_words, position, compiled, facts))

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        positions = yield from scope.read_positions()
        return NodeResult(
            outcomes=[judge(item, positions.get(item.market_id, ()), scope) for item in given.items]
        )

    return evaluate


POSITION_HELD = NodeType(
    type="position_held",
    title="Position Held",
    group=Group.CONDITION,
    description="Sends markets to true in which this strategy holds a position, if wished only after a gain or a loss. "
    "Attaches shares, cost, entry price, value and change since entry.",
    config=PositionHeldConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=two_ways("Markets with such a position.", "Markets without one."),
)
