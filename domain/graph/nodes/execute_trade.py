"""Execute Trade: one order per market."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

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
from domain.graph.nodes.scope import Scope
from domain.graph.ports import OutputPort, PortKind
from domain.graph.words import bounded, exact_words, joined, quoted
from domain.market.market import Market
from domain.market.market import Outcome as MarketOutcome
from domain.money import Usdc
from domain.strategy.decision import CarriedItem, Deferral, OrderIntent

PORTS = ("placed", "filled", "failed")


class ExecuteTradeConfig(Config):
    """What to buy in each market, and for how much."""

    outcome: OutcomeName = Field(
        default="Yes", title="Outcome", description="Name of the outcome to buy, such as Yes or No."
    )
    amount: Annotated[Decimal, DecimalText(unit="USDC", least="1", most="1000000")] = Field(
        title="Amount",
        description="USDC to spend in each market, before fees; the venue takes no less than 1.",
    )
    order_type: Literal["market"] = Field(
        default="market",
        title="Order type",
        description="A market order takes the best prices there are now.",
    )
    slippage_max: Annotated[Decimal, DecimalText(unit="ratio", least="0", most="1")] | None = Field(
        default=None,
        title="Slippage at most",
        description="How far above the best ask it may still buy: 0.02 is two per cent. Left out: any price in the book.",
    )


def rule(config: ExecuteTradeConfig) -> str:
    slippage = ""
    if config.slippage_max is not None:
        slippage = f", paying at most {exact_words(config.slippage_max * 100)}% above the best ask"
    return (
        f"buy {config.outcome} for {exact_words(config.amount)} USDC by {config.order_type} order{slippage}"
    )


Find = Callable[[Market, str], MarketOutcome | None]


def chosen_outcome(market: Market | None, name: str, find: Find) -> MarketOutcome | str:
    """The outcome to buy, or why this market cannot be traded now."""
    if market is None:
        return "no order: the market was not found at the venue"
    chosen = find(market, name)
    if chosen is None:
        names = joined([quoted(known.name) for known in market.outcomes], "or") or "none"
        return bounded(f"no order: the market has no outcome {quoted(name)}, only {names}")
    if market.closed:
        return "no order: the market is closed"
    if not market.tradable:
        return "no order: the market does not take orders now"
    return chosen


def prepare(config: ExecuteTradeConfig) -> Evaluate:
    def intent(given: NodeInput, market: Market, chosen: MarketOutcome) -> OrderIntent:
        return OrderIntent(
            **what_of(given, market, chosen),
            order_type=config.order_type,
            amount=Usdc(config.amount),
            slippage_max=config.slippage_max,
        )

    return trade_with(config.outcome, f"order to {rule(config)}", Market.outcome, intent)


Intent = Callable[[NodeInput, Market, MarketOutcome], OrderIntent]


def what_of(given: NodeInput, market: Market, chosen: MarketOutcome) -> dict[str, Any]:
    """The fields of an intent that say what is bought, and why."""
    return {
        "node_id": given.node_id,
        "market_id": market.id,
        "condition_id": market.condition_id,
        "question": market.question,
        "token_id": chosen.token_id,
        "outcome": chosen.name,
        "reason": given.why(market.id),
    }


def trade_with(outcome: str, placing: str, find: Find, intent: Intent) -> Evaluate:
    """One order for each market; `placing` is the sentence of those that wait for it."""

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        yield from ()
        intents: list[OrderIntent] = []
        deferrals: list[Deferral] = []
        outcomes: list[Outcome] = []
        for item in given.items:
            market = scope.markets.get(item.market_id)
            chosen = chosen_outcome(market, outcome, find)
            if market is None or isinstance(chosen, str):
                outcomes.append(Outcome(item, None, str(chosen)))
                continue
            index = scope.intent_count + len(intents)
            intents.append(intent(given, market, chosen))
            deferrals.extend(_deferrals(given, item, index))
            outcomes.append(Outcome(item, None, placing, pending=True))
        scope.intent_count += len(intents)
        return NodeResult(outcomes=outcomes, effects=intents, deferrals=deferrals)

    return evaluate


def _deferrals(given: NodeInput, item: Item, intent_index: int) -> Sequence[Deferral]:
    carried = (CarriedItem(market_id=item.market_id, values=dict(item.values)),)
    return [
        Deferral(node_id=given.node_id, port=port, items=carried, intent_index=intent_index)
        for port in PORTS
        if port in given.connected
    ]


EXECUTE_TRADE = NodeType(
    type="execute_trade",
    title="Execute Trade",
    group=Group.ACTION,
    description="Buys an outcome in each market that arrives. What is behind its ports goes on when the order got that far.",
    config=ExecuteTradeConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(
        OutputPort("placed", "Placed", PortKind.MARKETS, "When the venue took the order."),
        OutputPort("filled", "Filled", PortKind.MARKETS, "When the order bought shares."),
        OutputPort("failed", "Failed", PortKind.MARKETS, "When it was denied, rejected or bought nothing."),
    ),
    effects=True,
)
