"""What an evaluation decides: effects to carry out, continuations to wait for, and why."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.money import Price, Shares, Usdc
from domain.portfolio.exit_rule import ExitRule

TimeInForce = Literal["FAK", "FOK", "GTC", "GTD"]

VERDICTS_KEPT = 20
"""Verdicts kept per node in the execution log; the rest is only counted."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class CarriedItem(Frozen):
    """An item as it is stored with a continuation."""

    market_id: str
    values: dict[str, str] = {}


class EntryPoint(Frozen):
    """Where an evaluation begins: at the roots (step 0), or behind a port of a node that was waited for."""

    node_id: str | None = None
    port: str | None = None
    items: tuple[CarriedItem, ...] = ()


class Situation(Frozen):
    """All a decision knows without asking. `now` is aware UTC."""

    strategy_id: UUID
    number: int
    step: int
    now: datetime
    entry: EntryPoint = EntryPoint()


class AddToWatchlist(Frozen):
    """Put a market on the watchlist; carrying it out twice, or when it is there already, changes nothing."""

    kind: Literal["add_to_watchlist"] = "add_to_watchlist"
    node_id: str
    market_id: str
    reason: str
    question: str
    price: Decimal | None
    volume: Decimal | None
    liquidity: Decimal | None
    spread: Decimal | None
    ends_at: datetime | None = None
    """When the market ends: the entry leaves then."""


class RemoveFromWatchlist(Frozen):
    kind: Literal["remove_from_watchlist"] = "remove_from_watchlist"
    node_id: str
    market_id: str
    reason: str


class OrderIntent(Frozen):
    """The wish of a node to trade one market now. `amount` in USDC before fees; becomes at most one order."""

    kind: Literal["order_intent"] = "order_intent"
    node_id: str
    market_id: str
    condition_id: str
    question: str
    token_id: str
    outcome: str
    side: Literal["BUY", "SELL"] = "BUY"
    order_type: Literal["market", "limit"] = "market"
    time_in_force: TimeInForce = "FAK"
    amount: Usdc
    """0 when `amount_ratio` is given: then so much of the strategy's capital, known at the reservation."""
    amount_ratio: Decimal | None = None
    slippage_max: Decimal | None = None
    """Highest relative distance above the best ask that may still be paid; None: any price the book has."""
    limit_price: Price | None = None
    expires_after: timedelta | None = None
    """GTD: how long after it was placed the order is gone."""
    post_only: bool = False
    exits: tuple[ExitRule, ...] = ()
    """Become rules of the position that the order opens or adds to."""
    reason: str


class ExitIntent(Frozen):
    """The wish of a node to sell shares of a position now; becomes a request to the position's guard."""

    kind: Literal["exit_intent"] = "exit_intent"
    node_id: str
    position_id: UUID
    market_id: str
    condition_id: str
    question: str
    token_id: str
    outcome: str
    shares: Shares
    """As decided on what was held then; what was sold meanwhile is not sold again."""
    slippage_max: Decimal | None = None
    """Highest relative distance below the best bid that may still be taken; None: any price the book has."""
    reason: str


class Notify(Frozen):
    """Tell the user: one event on the strategy's timeline. `market_id` None: about no market."""

    kind: Literal["notify"] = "notify"
    node_id: str
    market_id: str | None
    message: str


Effect = Annotated[
    AddToWatchlist | RemoveFromWatchlist | OrderIntent | ExitIntent | Notify, Field(discriminator="kind")
]


class Deferral(Frozen):
    """Go on behind `port` of `node_id` with `items`: at `due_at`, or when the order of `intent_index` came to that port.

    Exactly one of `due_at` and `intent_index` is given; `intent_index` counts the OrderIntents and ExitIntents of this
    Decision together, from 0.
    """

    node_id: str
    port: str
    items: tuple[CarriedItem, ...]
    due_at: datetime | None = None
    intent_index: int | None = None


class Verdict(Frozen):
    """Why one item left a node by `port` (None: it stopped there), in one plain sentence."""

    market_id: str
    question: str
    port: str | None
    sentence: str
    pending: bool = False
    """True: it waits here for time or for an order, and goes on in a later step."""


class NodeSummary(Frozen):
    """What one node did in one evaluation. Only nodes that were reached have one."""

    node_id: str
    type: str
    type_version: int
    title: str
    rule: str
    """The node's configuration in words."""
    items_in: int
    """Items that came in; for Monitor Watchlist the watchlist entries looked at."""
    items_out: dict[str, int]
    """Items that left in this step, for each output port."""
    items_pending: int = 0
    """Items that wait here for time or for an order."""
    verdicts: tuple[Verdict, ...]
    """At most VERDICTS_KEPT, those that passed first."""


class Decision(Frozen):
    nodes: tuple[NodeSummary, ...]
    effects: tuple[Effect, ...]
    deferrals: tuple[Deferral, ...]

    @property
    def intents(self) -> tuple[OrderIntent | ExitIntent, ...]:
        return tuple(effect for effect in self.effects if isinstance(effect, (OrderIntent, ExitIntent)))
