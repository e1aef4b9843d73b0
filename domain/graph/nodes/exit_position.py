"""Exit Position: sells what the strategy holds. Drawn and explained now; selling itself needs the order engine."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.config_field import Config, DecimalText
from domain.graph.item import Item
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
from domain.graph.nodes.outcome_choice import OutcomeName
from domain.graph.nodes.position_held import chosen_position
from domain.graph.nodes.scope import Scope
from domain.graph.ports import OutputPort, PortKind
from domain.graph.words import bounded, exact_words, number_words
from domain.strategy.requests import HeldPosition

NOT_YET = "selling a position"


class ExitPositionConfig(Config):
    """Which position, and how much of it."""

    outcome: OutcomeName | None = Field(
        default=None,
        title="Outcome",
        description="A name such as Yes or No, or first or second for its place; left out: the largest position.",
    )
    part: Literal["full", "percent", "shares"] = Field(
        default="full", title="How much", description="All of it, a percentage, or a number of shares."
    )
    percent: Annotated[Decimal, DecimalText(unit="%", least="0", most="100", above_least=True)] | None = (
        Field(
            default=None, title="Percent", description="Only for a percentage: how much of the shares held."
        )
    )
    shares: (
        Annotated[Decimal, DecimalText(unit="shares", least="0", most="1000000000", above_least=True)] | None
    ) = Field(default=None, title="Shares", description="Only for a number of shares; at most what is held.")
    slippage_max: Annotated[Decimal, DecimalText(unit="ratio", least="0", most="1")] | None = Field(
        default=None,
        title="Slippage at most",
        description="How far below the best bid it may still sell: 0.02 is two per cent. Left out: any price in the book.",
    )

    @model_validator(mode="after")
    def says_how_much(self) -> Self:
        for name, given in (("percent", self.percent), ("shares", self.shares)):
            if (self.part == name) != (given is not None):
                said = "is missing; fill it in" if given is None else f"is only for part {name}; remove it"
                raise PydanticCustomError("exit_part", f"{name} {said}")
        return self


def amount_words(config: ExitPositionConfig) -> str:
    if config.percent is not None:
        return f"{exact_words(config.percent)}% of"
    return f"{exact_words(config.shares)} shares of" if config.shares is not None else "all of"


def rule(config: ExitPositionConfig) -> str:
    what = config.outcome if config.outcome is not None else "the position"
    slippage = ""
    if config.slippage_max is not None:
        slippage = f", taking at most {exact_words(config.slippage_max * 100)}% below the best bid"
    return f"sell {amount_words(config)} {what} by market order{slippage}"


def shares_to_sell(config: ExitPositionConfig, position: HeldPosition) -> Decimal:
    if config.percent is not None:
        return position.shares * config.percent / 100
    return min(config.shares, position.shares) if config.shares is not None else position.shares


def prepare(config: ExitPositionConfig) -> Evaluate:
    def judge(item: Item, held: Sequence[HeldPosition], scope: Scope) -> Outcome:
        position = chosen_position(held, scope.markets.get(item.market_id), config.outcome)
        if position is None:
            return Outcome(item, None, "no exit: nothing is held here")
        shares = number_words(shares_to_sell(config, position))
        said = f"no exit: would sell {shares} of {number_words(position.shares)} {position.outcome}, but"
        return Outcome(item, None, bounded(f"{said} the order engine is needed for {NOT_YET}"))

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        positions = yield from scope.read_positions()
        return NodeResult(
            outcomes=[judge(item, positions.get(item.market_id, ()), scope) for item in given.items]
        )

    return evaluate


EXIT_POSITION = NodeType(
    type="exit_position",
    title="Exit Position",
    group=Group.ACTION,
    description="Sells a position of this strategy in each market that arrives, all of it or a part. "
    "It can be drawn now and published once the order engine is there.",
    config=ExitPositionConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(
        OutputPort(
            "closed", "Closed", PortKind.MARKETS, "When the exit sold shares; carries order id and shares."
        ),
        OutputPort("failed", "Failed", PortKind.MARKETS, "When it was denied, rejected or sold nothing."),
    ),
    effects=True,
    needs_order_engine=lambda config: NOT_YET,
)
