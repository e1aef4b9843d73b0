"""Exit Position: sells what the strategy holds, through the guard of the position."""

from decimal import ROUND_DOWN, Decimal
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
from domain.money import SHARES_STEP, Shares
from domain.portfolio.exit_plan import SALE_STEP
from domain.strategy.decision import CarriedItem, Deferral, ExitIntent
from domain.strategy.requests import HeldPosition

PORTS = ("closed", "failed")


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


def shares_to_sell(config: ExitPositionConfig, position: HeldPosition, selling: Decimal) -> Shares:
    """Of what is held and not sold by an earlier node of this evaluation, in millionths of a share."""
    left = max(position.shares - selling, Decimal(0))
    if config.percent is not None:
        return Shares((left * config.percent / 100).quantize(SHARES_STEP, rounding=ROUND_DOWN))
    return Shares(min(config.shares, left) if config.shares is not None else left)


def prepare(config: ExitPositionConfig) -> Evaluate:
    def evaluate(given: NodeInput, scope: Scope) -> Work:
        positions = yield from scope.read_positions()
        intents: list[ExitIntent] = []
        deferrals: list[Deferral] = []
        outcomes: list[Outcome] = []
        for item in given.items:
            market = scope.markets.get(item.market_id)
            position = chosen_position(positions.get(item.market_id, ()), market, config.outcome)
            exit_now = exit_of(config, position, scope)
            if position is None or isinstance(exit_now, str):
                outcomes.append(Outcome(item, None, str(exit_now)))
                continue
            index = scope.intent_count + len(intents)
            intents.append(_intent(config, given, position, exit_now, scope))
            deferrals.extend(_deferrals(given, item, index))
            said = f"order to sell {number_words(exit_now)} of {number_words(position.shares)} {position.outcome}"
            outcomes.append(Outcome(item, None, bounded(said), pending=True))
        scope.intent_count += len(intents)
        return NodeResult(outcomes=outcomes, effects=intents, deferrals=deferrals)

    return evaluate


def exit_of(config: ExitPositionConfig, position: HeldPosition | None, scope: Scope) -> Shares | str:
    """How many shares to sell, or why none; what is to be sold is remembered for the nodes behind."""
    if position is None:
        return "no exit: nothing is held here"
    if position.position_id is None:
        return "no exit: the position was not known by its id then"
    selling = scope.selling.get(position.position_id, Decimal(0))
    shares = shares_to_sell(config, position, selling)
    if shares < SALE_STEP:
        named = f"{number_words(position.shares)} {position.outcome}"
        if selling > 0:
            return bounded(f"no exit: what is held, {named}, is being sold already")
        return bounded(f"no exit: {exact_words(shares)} of {named} is less than a hundredth of a share")
    scope.selling[position.position_id] = selling + shares
    return shares


def _intent(
    config: ExitPositionConfig, given: NodeInput, position: HeldPosition, shares: Shares, scope: Scope
) -> ExitIntent:
    assert position.position_id is not None, "looked at before"
    market = scope.markets.get(position.market_id)
    return ExitIntent(
        node_id=given.node_id,
        position_id=position.position_id,
        market_id=position.market_id,
        condition_id=market.condition_id if market is not None else "",
        question=scope.question(position.market_id),
        token_id=position.token_id,
        outcome=position.outcome,
        shares=shares,
        slippage_max=config.slippage_max,
        reason=given.why(position.market_id),
    )


def _deferrals(given: NodeInput, item: Item, intent_index: int) -> list[Deferral]:
    carried = (CarriedItem(market_id=item.market_id, values=dict(item.values)),)
    return [
        Deferral(node_id=given.node_id, port=port, items=carried, intent_index=intent_index)
        for port in PORTS
        if port in given.connected
    ]


EXIT_POSITION = NodeType(
    type="exit_position",
    title="Exit Position",
    group=Group.ACTION,
    description="Sells a position of this strategy in each market that arrives, all of it or a part, by one market order. "
    "What is behind its ports goes on when the order is over, with order_id, order_status and filled_shares attached.",
    config=ExitPositionConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(
        OutputPort("closed", "Closed", PortKind.MARKETS, "When the exit sold shares, all of them or a part."),
        OutputPort("failed", "Failed", PortKind.MARKETS, "When it was denied, rejected or sold nothing."),
    ),
    effects=True,
)
