"""Execute Trade, version 2: every way to order. What the present engine cannot do is drawn and refused on publishing."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.config_field import Config, DecimalText
from domain.graph.nodes.execute_trade import (
    EXECUTE_TRADE,
    ExecuteTradeConfig,
    trade_with,
)
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
from domain.graph.nodes.outcome_choice import OutcomeName, find_outcome
from domain.graph.nodes.scope import Scope
from domain.graph.words import exact_words, joined

Share = Annotated[Decimal, DecimalText(unit="ratio", least="0.001", most="1")]
Gain = Annotated[Decimal, DecimalText(unit="ratio", least="0.001", most="1000")]
TimeInForce = Literal["FAK", "FOK", "GTC", "GTD"]
MARKET_ORDERS = ("FAK", "FOK")
GTD_MINUTES_LEAST = 2


class ExecuteTradeConfig2(Config):
    """What to buy, how to order it, and how to get out again."""

    outcome: OutcomeName = Field(
        default="Yes",
        title="Outcome",
        description="Name of the outcome to buy, such as Yes or No, or first or second for its place.",
    )
    amount: Annotated[Decimal, DecimalText(unit="USDC", least="1", most="1000000")] | None = Field(
        default=None,
        title="Amount",
        description="USDC to spend in each market, before fees; the venue takes no less than 1.",
    )
    amount_percent: (
        Annotated[Decimal, DecimalText(unit="%", least="0", most="100", above_least=True)] | None
    ) = Field(
        default=None,
        title="Amount in per cent",
        description="Instead of an amount: so much of the strategy's allocation, in each market.",
    )
    order_type: Literal["market", "limit"] = Field(
        default="market",
        title="Order type",
        description="A market order takes the best prices there are now; a limit order waits for its price.",
    )
    time_in_force: TimeInForce | None = Field(
        default=None,
        title="Time in force",
        description="Market: FAK takes what is there, FOK all or nothing. Limit: GTC rests until cancelled, GTD until it "
        "expires. Left out: FAK or GTC.",
    )
    slippage_max: Annotated[Decimal, DecimalText(unit="ratio", least="0", most="1")] | None = Field(
        default=None,
        title="Slippage at most",
        description="Market orders: how far above the best ask it may still buy: 0.02 is two per cent.",
    )
    limit_price: (
        Annotated[Decimal, DecimalText(unit="USDC per share", least="0.001", most="0.999")] | None
    ) = Field(default=None, title="Limit price", description="Limit orders: the highest price to pay.")
    expires_minutes: int | None = Field(
        default=None,
        ge=GTD_MINUTES_LEAST,
        le=525_600,
        strict=True,
        title="Expires after",
        description="GTD orders: minutes until the order is gone.",
        json_schema_extra={"x-unit": "minutes"},
    )
    post_only: bool = Field(
        default=False,
        title="Post only",
        description="Limit orders: never take, be refused rather than cross the book.",
    )
    stop_loss: Share | None = Field(
        default=None, title="Stop loss", description="Sell when the price falls so far below the entry price."
    )
    take_profit: Gain | None = Field(
        default=None,
        title="Take profit",
        description="Sell when the price rises so far above the entry price.",
    )
    trailing_stop: Share | None = Field(
        default=None,
        title="Trailing stop",
        description="Sell when the price falls so far below its highest since entry.",
    )
    exit_after_minutes: int | None = Field(
        default=None,
        ge=1,
        le=525_600,
        strict=True,
        title="Exit after",
        description="Sell this long after the entry.",
        json_schema_extra={"x-unit": "minutes"},
    )

    @model_validator(mode="after")
    def fits_together(self) -> Self:
        if (self.amount is None) == (self.amount_percent is None):
            raise PydanticCustomError("amount", "needs an amount or a percentage of the allocation, not both")
        limit = self.order_type == "limit"
        if limit == (self.limit_price is None):
            raise PydanticCustomError("limit_price", "limit price is for limit orders, and they need one")
        if self.time_in_force is not None and limit == (self.time_in_force in MARKET_ORDERS):
            fitting = "GTC or GTD" if limit else "FAK or FOK"
            raise PydanticCustomError(
                "time_in_force", f"time in force of a {self.order_type} order must be {fitting}"
            )
        if (self.time_in_force == "GTD") == (self.expires_minutes is None):
            raise PydanticCustomError("expiry", "expires after is for GTD orders, and they need it")
        if self.post_only and not limit:
            raise PydanticCustomError("post_only", "post only is for limit orders")
        if self.slippage_max is not None and limit:
            raise PydanticCustomError(
                "slippage", "slippage is for market orders; a limit order has its price"
            )
        return self

    @property
    def force(self) -> TimeInForce:
        return self.time_in_force or ("FAK" if self.order_type == "market" else "GTC")


def exit_words(config: ExecuteTradeConfig2) -> list[str]:
    ratios = (
        ("stop loss at -", config.stop_loss),
        ("take profit at +", config.take_profit),
        ("trailing stop at -", config.trailing_stop),
    )
    exits = [f"{words}{exact_words(value * 100)}%" for words, value in ratios if value is not None]
    if config.exit_after_minutes is not None:
        exits.append(f"exit after {config.exit_after_minutes:,} minutes")
    return exits


def rule(config: ExecuteTradeConfig2) -> str:
    amount = (
        f"{exact_words(config.amount)} USDC"
        if config.amount is not None
        else f"{exact_words(config.amount_percent or Decimal(0))}% of the allocation"
    )
    price = f" at {exact_words(config.limit_price)} or better" if config.limit_price is not None else ""
    extras = ["post only"] if config.post_only else []
    if config.expires_minutes is not None:
        extras.append(f"expiring after {config.expires_minutes:,} minutes")
    if config.slippage_max is not None:
        extras.append(f"paying at most {exact_words(config.slippage_max * 100)}% above the best ask")
    told = "".join(f", {extra}" for extra in (*extras, *exit_words(config)))
    return f"buy {config.outcome} for {amount} by {config.force} {config.order_type} order{price}{told}"


def needs_order_engine(config: ExecuteTradeConfig2) -> str | None:
    """The first engine of orders buys by FAK market order for an amount in USDC; all else is for the next one."""
    missing = []
    if config.order_type == "limit":
        missing.append("a limit order")
    if config.force == "FOK":
        missing.append("a FOK order")
    if config.amount_percent is not None:
        missing.append("an amount in per cent of the allocation")
    if exit_words(config):
        missing.append("an attached exit")
    return joined(missing) or None


def prepare(config: ExecuteTradeConfig2) -> Evaluate:
    missing = needs_order_engine(config)
    if missing is not None:
        return _refusing(f"no order: the order engine is needed for {missing}")
    simple = ExecuteTradeConfig(
        outcome=config.outcome, amount=config.amount, slippage_max=config.slippage_max
    )
    return trade_with(simple, f"order to {rule(config)}", find_outcome)


def _refusing(said: str) -> Evaluate:
    def evaluate(given: NodeInput, scope: Scope) -> Work:
        yield from ()
        return NodeResult(outcomes=[Outcome(item, None, said) for item in given.items])

    return evaluate


EXECUTE_TRADE_2 = NodeType(
    type="execute_trade",
    version=2,
    title="Execute Trade",
    group=Group.ACTION,
    description="Buys an outcome in each market that arrives. What is behind its ports goes on when the order got that far, "
    "with order_id, order_status and filled_shares attached.",
    config=ExecuteTradeConfig2,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=EXECUTE_TRADE.outputs,
    effects=True,
    needs_order_engine=needs_order_engine,
)
