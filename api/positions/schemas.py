"""Positions as pages and scripts see them, and what can be wanted of them. Amounts in USDC, prices per share."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from api.allocations.schemas import Mode
from api.decimal_text import DecimalText
from api.parts import Source
from api.pnl.schemas import MarkBasis
from domain.graph.config_field import PLACES_MAX
from domain.money import Price
from domain.portfolio.exit_rule import ExitKind, ExitRule

RULES_MAX = 20
PRICE_PLACES = 8
NAMES_TAKEN = ("user", "flatten", "node")

Ratio = Annotated[DecimalText, Field(gt=0, le=Decimal(1000), decimal_places=PLACES_MAX)]
"""As exact as in the settings of a node: rules that a graph made are shown, and set again, as they are."""
RulePrice = Annotated[DecimalText, Field(gt=0, le=Decimal("0.99999999"), decimal_places=PLACES_MAX)]
Part = Annotated[DecimalText, Field(gt=0, le=1, decimal_places=6)]
SharePrice = Annotated[DecimalText, Field(gt=0, lt=1, decimal_places=PRICE_PLACES)]
Slippage = Annotated[DecimalText, Field(ge=0, le=1, decimal_places=6)]
ShareCount = Annotated[DecimalText, Field(ge=Decimal("0.01"), le=Decimal(10) ** 9, decimal_places=6)]


class ExitRuleView(BaseModel):
    """When a position is to be left. Ratios count from the average entry price: 0.1 is ten per cent."""

    model_config = ConfigDict(extra="forbid")

    rule: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    """Name of the rule, unique within its position."""
    kind: ExitKind
    ratio: Ratio | None = None
    """stop_loss: below entry. take_profit: above entry. trailing_stop: below the highest bid since entry. breakeven: the
    gain from which on a fall back to the entry price sells."""
    price: RulePrice | None = None
    """stop_loss and take_profit: instead of a ratio, this very price."""
    activation_ratio: Ratio | None = None
    """trailing_stop: sleeps until the gain reached this."""
    minutes: Annotated[int, Field(ge=1, le=5_256_000)] | None = None
    """time_exit: after the position was opened. before_resolution: before the market's end."""
    hold_seconds: Annotated[int, Field(ge=0, le=3600)] = 0
    """The condition must hold so long without a break."""
    part_ratio: Part = Decimal(1)
    """How much of the shares held then is sold."""
    price_floor: RulePrice | None = None
    """Never sell below; what cannot be sold above waits for a better bid."""
    slippage_max: Slippage | None = None
    """How far below the best bid a sale may go; null: any price down to the floor."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "ExitRuleView":
        if self.rule in NAMES_TAKEN:
            raise ValueError(f"a rule cannot be named {self.rule}")
        self.to_rule()
        return self

    def to_rule(self) -> ExitRule:
        try:
            return ExitRule.model_validate(self.model_dump(include=set(ExitRule.model_fields)))
        except ValidationError as wrong:
            raise ValueError(wrong.errors()[0]["msg"].removeprefix("Value error, ")) from None


class PositionExitView(ExitRuleView):
    """A rule and what became of it."""

    model_config = ConfigDict(extra="ignore")

    state: Literal["armed", "triggered", "off"]
    """armed: it watches. triggered: it asked for an exit. off: used up, or switched off."""
    sequence: int
    """How often it has triggered."""
    peak_price: DecimalText | None
    """Highest best bid since entry, as far as it was written down."""
    activated_at: datetime | None
    origin: str
    """order:<id>, user or version:<id>: who set it."""


class ExitRequestView(BaseModel):
    """A wish to sell. `status`: pending (waits for its turn or its next try), working (an order is under way), done, failed,
    withdrawn."""

    id: UUID
    position_id: UUID
    rule: str
    """Name of the exit rule, node:<node id>, user or flatten."""
    status: Literal["pending", "working", "done", "failed", "withdrawn"]
    reason: str
    failure: str | None
    """Why it is not done, of the last try while it is open."""
    order_type: Literal["market", "limit"]
    shares: DecimalText | None
    part_ratio: DecimalText | None
    """Both null: all of it, until nothing is left."""
    price_floor: DecimalText | None
    slippage_max: DecimalText | None
    limit_price: DecimalText | None
    persistent: bool
    attempts: int
    next_attempt_at: datetime | None
    order_id: UUID | None
    shares_wanted: DecimalText | None
    shares_sold: DecimalText
    evidence: dict[str, Any]
    """What the rule saw."""
    triggered_at: datetime
    done_at: datetime | None


class MarkView(BaseModel):
    """What the shares would bring now; null where the venue did not answer (`unread`)."""

    basis: MarkBasis
    price: DecimalText | None
    value: DecimalText | None
    unrealised: DecimalText | None
    observed_at: datetime | None


class PositionView(BaseModel):
    id: UUID
    strategy_id: UUID
    strategy_name: str
    mode: Mode
    source: Source
    market_id: str
    condition_id: str
    question: str
    token_id: str
    outcome: str
    shares: DecimalText
    """Held, those offered included."""
    offered_shares: DecimalText
    """In sell orders that are under way."""
    cost: DecimalText
    """Of the shares held, fees included."""
    average_price: DecimalText | None
    """Per share held, without fees; of a closed position per share bought."""
    realised_pnl: DecimalText
    opened_at: datetime
    closed_at: datetime | None
    close_reason: Literal["sold", "resolved", "written_off", "reversed"] | None
    """reversed: its purchase failed on the chain."""
    mark: MarkView | None
    """Null when it is closed."""
    exits: list[PositionExitView]
    open_requests: list[ExitRequestView]
    """Oldest first."""


class LotView(BaseModel):
    """What one entry order brought; sold oldest first."""

    id: UUID
    """Also of the trade."""
    order_id: UUID
    shares: DecimalText
    shares_left: DecimalText
    cost: DecimalText
    cost_left: DecimalText
    entry_price: DecimalText | None
    opened_at: datetime


class PositionDetail(PositionView):
    lots: list[LotView]
    """Oldest first."""
    past_requests: list[ExitRequestView]
    """The last 50 that are over, newest first."""


class ClosePosition(BaseModel):
    """How much to sell (nothing said: all of it), and how. A market order takes the bids there are; a limit order rests."""

    model_config = ConfigDict(extra="forbid")

    all: bool = False
    part_ratio: Part | None = None
    shares: ShareCount | None = None
    order_type: Literal["market", "limit"] = "market"
    limit_price: SharePrice | None = None
    price_floor: SharePrice | None = None
    """Market orders: never below."""
    slippage_max: Slippage | None = None
    """Market orders: how far below the best bid."""
    persistent: bool = False
    """Try again until all of it is sold; otherwise one try."""

    @model_validator(mode="after")
    def _fits_together(self) -> "ClosePosition":
        if sum((self.all, self.part_ratio is not None, self.shares is not None)) > 1:
            raise ValueError("give one of all, part_ratio and shares")
        limit = self.order_type == "limit"
        if limit == (self.limit_price is None):
            raise ValueError("limit_price is for limit orders, and they need one")
        if limit and (self.price_floor is not None or self.slippage_max is not None):
            raise ValueError("price_floor and slippage_max are for market orders")
        return self

    @property
    def floor(self) -> Price | None:
        return Price(self.price_floor) if self.price_floor is not None else None


class ClosePositions(BaseModel):
    """Everything that a strategy holds, or without one all that you hold, is sold by market orders until nothing is left."""

    model_config = ConfigDict(extra="forbid")

    strategy_id: UUID | None = None
    price_floor: SharePrice | None = None
    slippage_max: Slippage | None = None


class ClosingView(BaseModel):
    items: list[ExitRequestView]
    """One for each open position."""


class SetExits(BaseModel):
    """All exit rules of the position: they replace those it has."""

    model_config = ConfigDict(extra="forbid")

    exits: Annotated[list[ExitRuleView], Field(max_length=RULES_MAX)]

    @model_validator(mode="after")
    def _names_differ(self) -> "SetExits":
        names = [rule.rule for rule in self.exits]
        if len(set(names)) < len(names):
            raise ValueError("two rules have the same name")
        return self
