"""Execute Trade, version 2: every way to order, and how to get out again."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.config_field import Config, DecimalText
from domain.graph.nodes.attached_exits import AttachedExits, exit_rules, exit_words
from domain.graph.nodes.execute_trade import EXECUTE_TRADE, trade_with, what_of
from domain.graph.nodes.node_type import MARKETS_IN, Evaluate, Group, NodeInput, NodeType
from domain.graph.nodes.outcome_choice import OutcomeName, find_outcome
from domain.graph.words import exact_words
from domain.market.market import Market
from domain.market.market import Outcome as MarketOutcome
from domain.money import Price, Usdc
from domain.strategy.decision import OrderIntent

TimeInForce = Literal["FAK", "FOK", "GTC", "GTD"]
MARKET_ORDERS = ("FAK", "FOK")
GTD_MINUTES_LEAST = 2


class OrderTerms(Config):
    """What to buy, and how to order it."""

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


class ExecuteTradeConfig2(AttachedExits, OrderTerms):
    """What to buy, how to order it, and how to get out again."""


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


def prepare(config: ExecuteTradeConfig2) -> Evaluate:
    percent, minutes, limit = config.amount_percent, config.expires_minutes, config.limit_price
    exits = exit_rules(config)

    def intent(given: NodeInput, market: Market, chosen: MarketOutcome) -> OrderIntent:
        return OrderIntent(
            **what_of(given, market, chosen),
            order_type=config.order_type,
            time_in_force=config.force,
            amount=Usdc(config.amount if config.amount is not None else Decimal(0)),
            amount_ratio=percent / 100 if percent is not None else None,
            slippage_max=config.slippage_max,
            limit_price=Price(limit) if limit is not None else None,
            expires_after=timedelta(minutes=minutes) if minutes is not None else None,
            post_only=config.post_only,
            exits=exits,
        )

    return trade_with(config.outcome, f"order to {rule(config)}", find_outcome, intent)


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
)
