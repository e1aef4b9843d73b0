"""Whale Activity: which way large trades and large holders went."""

from decimal import Decimal
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.config_field import Config, DecimalText
from domain.graph.item import Item
from domain.graph.nodes.attach import with_numbers
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
from domain.graph.nodes.whale_flow import Flow, flow_of
from domain.graph.nodes.window import WindowText, duration_of
from domain.graph.ports import OutputPort, PortKind
from domain.graph.words import exact_words, number_words, plural, time_words, unlike

MARKETS_MOST = 200
Dollars = Annotated[Decimal, DecimalText(unit="USDC", least="1", most="1000000000")]
NUMBERS = ("whale_net", "whale_trades", "holders_net")


class WhaleActivityConfig(Config):
    """What to look at, over which time, and how much counts."""

    window: WindowText = Field(default="1h", title="Within", description="How far back to look.")
    large_trades: bool = Field(
        default=True, title="Large trades", description="Look at large single trades of anybody."
    )
    trade_min: Dollars = Field(
        default=Decimal(1_000), title="Large is from", description="A trade of this size or more is large."
    )
    trades_net_min: Dollars = Field(
        default=Decimal(10_000),
        title="Net large trades at least",
        description="Large buys minus large sells of the first outcome, in either direction.",
    )
    holder_changes: bool = Field(
        default=False,
        title="Holder changes",
        description="Look at what the market's largest holders bought and sold by public trades.",
    )
    holder_change_min: Dollars = Field(
        default=Decimal(1_000),
        title="A holder counts from",
        description="A holder whose net change is smaller is left out.",
    )
    holders_net_min: Dollars = Field(
        default=Decimal(10_000),
        title="Net holder change at least",
        description="What the large holders bought minus sold, in either direction.",
    )
    match: Literal["any", "all"] = Field(
        default="any",
        title="Match",
        description="When both are looked at: whether one is enough or both must say so.",
    )
    markets_max: int = Field(
        default=50,
        ge=1,
        le=MARKETS_MOST,
        strict=True,
        title="Markets at most",
        description="Trades are read market by market; only the first ones are looked at.",
        json_schema_extra={"x-unit": "markets"},
    )

    @model_validator(mode="after")
    def looks_at_something(self) -> Self:
        if not self.large_trades and not self.holder_changes:
            raise PydanticCustomError("whales", "must look at large trades, at holder changes, or at both")
        return self


def rule(config: WhaleActivityConfig) -> str:
    trades = f"large trades (from {exact_words(config.trade_min)} USDC) net {exact_words(config.trades_net_min)} USDC"
    holders = (
        f"large holders (from {exact_words(config.holder_change_min)} USDC) "
        f"net {exact_words(config.holders_net_min)} USDC"
    )
    watched = [words for words, on in ((trades, config.large_trades), (holders, config.holder_changes)) if on]
    return f"{(' and ' if config.match == 'all' else ' or ').join(watched)} within {config.window}"


def signal(net: Decimal, least: Decimal) -> int:
    """1 buying, -1 selling, 0 neither."""
    return 1 if net >= least else -1 if net <= -least else 0


def direction(config: WhaleActivityConfig, flow: Flow) -> str:
    """The port: signals that contradict each other are quiet."""
    signals = []
    if config.large_trades:
        signals.append(signal(flow.trades_net, config.trades_net_min))
    if config.holder_changes:
        signals.append(signal(flow.holders_net, config.holders_net_min))
    said = set(signals) if config.match == "all" else set(signals) - {0}
    if len(said) != 1:
        return "quiet"
    return {1: "buying", -1: "selling", 0: "quiet"}[said.pop()]


def against(net: Decimal, least: Decimal) -> str:
    """A net amount against its threshold: 12,400 is above 10,000."""
    threshold = exact_words(least)
    relation = "at" if abs(net) == least else "above" if abs(net) > least else "below"
    side = "bought" if net > 0 else "sold" if net < 0 else "bought or sold"
    shown = threshold if relation == "at" else unlike(abs(net), threshold)
    return f"{shown} USDC net {side} is {relation} {threshold}"


def words(config: WhaleActivityConfig, flow: Flow) -> str:
    parts = []
    if config.large_trades:
        counted = plural(flow.trades, "large trade")
        parts.append(f"{against(flow.trades_net, config.trades_net_min)} in {counted}")
    if config.holder_changes:
        counted = plural(flow.holders, "large holder")
        parts.append(f"{against(flow.holders_net, config.holders_net_min)} by {counted}")
    since = f" (trades are only known since {time_words(flow.known_since)})" if flow.known_since else ""
    return f"{'; '.join(parts)} within {config.window}{since}"


def prepare(config: WhaleActivityConfig) -> Evaluate:
    window = duration_of(config.window)
    beyond = f"not looked at: only the first {number_words(Decimal(config.markets_max))} markets are"

    def judge(item: Item, scope: Scope) -> Outcome:
        blank = with_numbers(item, **dict.fromkeys(NUMBERS))
        market = scope.markets.get(item.market_id)
        if market is None or not market.outcomes:
            return Outcome(blank, None, "whale activity is not known: the market was not found")
        trades = scope.trades.get(market.condition_id)
        if trades is None:
            return Outcome(blank, None, "whale activity is not known: there are no public trades")
        holders = scope.holders.get(market.condition_id) if config.holder_changes else None
        if holders is None and config.holder_changes:
            return Outcome(blank, None, "whale activity is not known: there are no public holders")
        flow = flow_of(
            trades,
            holders,
            first_token=market.outcomes[0].token_id,
            since=scope.now - window,
            trade_min=config.trade_min,
            holder_min=config.holder_change_min,
        )
        seen = with_numbers(
            blank,
            whale_net=flow.trades_net if config.large_trades else None,
            whale_trades=Decimal(flow.trades) if config.large_trades else None,
            holders_net=flow.holders_net if config.holder_changes else None,
        )
        return Outcome(seen, direction(config, flow), partial(words, config, flow))

    def evaluate(given: NodeInput, scope: Scope) -> Work:
        looked, rest = given.items[: config.markets_max], given.items[config.markets_max :]
        markets = (scope.markets.get(item.market_id) for item in looked)
        conditions = [market.condition_id for market in markets if market is not None]
        yield from scope.read_trades(conditions)
        if config.holder_changes:
            yield from scope.read_holders(conditions)
        return NodeResult(
            outcomes=[
                *(judge(item, scope) for item in looked),
                *(Outcome(with_numbers(item, **dict.fromkeys(NUMBERS)), None, beyond) for item in rest),
            ]
        )

    return evaluate


WHALE_ACTIVITY = NodeType(
    type="whale_activity",
    title="Whale Activity",
    group=Group.CONDITION,
    description="Looks at public trades for large buyers and sellers, and at what the largest holders did. Buying the first "
    "outcome or selling the other counts as buying. Attaches whale_net, whale_trades and holders_net.",
    config=WhaleActivityConfig,
    rule=rule,
    prepare=prepare,
    inputs=(MARKETS_IN,),
    outputs=(
        OutputPort("buying", "Buying", PortKind.MARKETS, "Markets in which whales bought the first outcome."),
        OutputPort("selling", "Selling", PortKind.MARKETS, "Markets in which whales sold the first outcome."),
        OutputPort(
            "quiet",
            "Quiet",
            PortKind.MARKETS,
            "Markets in which whales did too little, or contradict each other.",
        ),
    ),
)
