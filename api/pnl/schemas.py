"""Profit and loss as pages and scripts see it; docs/pnl.md has the definitions. All amounts in USDC."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from api.allocations.schemas import Mode
from api.decimal_text import DecimalText

MarkBasis = Literal["bid", "no_bid", "closed", "unknown", "unread"]
EquityResolution = Literal["five_minutes", "hour", "day"]


class PositionMarkView(BaseModel):
    """An open position and what it would bring now. Without an answer of the venue (`unread`) price and value are null."""

    position_id: UUID
    market_id: str
    question: str
    token_id: str
    outcome: str
    shares: DecimalText
    cost: DecimalText
    """Fees included."""
    basis: MarkBasis
    """bid: the best bid. no_bid: nobody bids, it counts as 0. closed: the market is closed, the venue's price of the
    outcome. unknown: the venue tells no price, it counts as 0."""
    price: DecimalText | None
    value: DecimalText | None
    unrealised: DecimalText | None
    observed_at: datetime | None


class DayPnlView(BaseModel):
    """Since the local day was first looked at; what was given or taken back is neither gain nor loss."""

    day: date
    pnl: DecimalText


class PnlView(BaseModel):
    """realised + unrealised = total = equity − given. What needs marks is null while they cannot be read."""

    mode: Mode
    as_of: datetime
    """When the books were read; the oldest mark is of `marked_at`."""
    marked_at: datetime | None
    given: DecimalText
    """Net capital given: what came in less what was taken out."""
    realised: DecimalText
    fees: DecimalText
    """For information: fees are inside cost and realised."""
    unrealised: DecimalText | None
    total: DecimalText | None
    equity: DecimalText | None
    roi_ratio: float | None
    """total / given; null unless given is above 0."""
    day: DayPnlView | None
    closed_trades: int
    won_trades: int
    win_ratio: float | None
    drawdown_max: DecimalText | None
    """Deepest fall of the profit below its highest before; null before the first point of the curve."""
    drawdown_ratio_max: float | None
    notes: list[str]
    """What is not known, or counted as nothing, in sentences."""


class StrategyPnlView(PnlView):
    strategy_id: UUID
    positions: list[PositionMarkView]


class StrategyShareView(BaseModel):
    """One strategy's part of the account."""

    strategy_id: UUID
    name: str
    given: DecimalText
    realised: DecimalText
    fees: DecimalText
    unrealised: DecimalText | None
    total: DecimalText | None
    equity: DecimalText | None
    roi_ratio: float | None


class AccountPnlView(PnlView):
    """Of the whole account: what deleted strategies gained or lost is in `realised`, their fees and trades are gone."""

    cash: DecimalText
    strategies: list[StrategyShareView]


class EquityPointView(BaseModel):
    at: datetime
    equity: DecimalText
    given: DecimalText
    pnl: DecimalText
    """equity − given."""
    gap_before: bool
    """Points are missing between this one and the one before although something was held."""


class EquityView(BaseModel):
    """Oldest first. Where nothing is held and nothing changes there are no points: the curve is flat."""

    mode: Mode
    resolution: EquityResolution
    begin: datetime
    end: datetime
    before: EquityPointView | None
    """The last point before `begin`: where the curve comes from."""
    items: list[EquityPointView]
