"""A graph tried on the markets of now, without effects."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.decimal_text import DecimalText
from api.executions.schemas import NodeView
from api.parts import Source
from domain.graph.graph import NodeId

PINNED_MAX = 50

MarketId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Text = Annotated[str, StringConstraints(max_length=300)]
Amount = Annotated[DecimalText, Field(ge=0, le=Decimal(10) ** 12)]
Probability = Annotated[DecimalText, Field(ge=0, le=1)]


class PinnedMarket(BaseModel):
    """A market with some of its numbers as you say; the rest is as the venue has it, or made up for an id it does
    not know: then price and volume are needed."""

    model_config = ConfigDict(extra="forbid")

    id: MarketId
    question: Text | None = None
    tags: Annotated[list[Text] | None, Field(max_length=20)] = None
    price: Probability | None = None
    """Of the first outcome; best bid and ask are half a cent beside it."""
    volume: Amount | None = None
    volume_24h: Amount | None = None
    liquidity: Amount | None = None
    end_at: AwareDatetime | None = None


class PinnedNode(BaseModel):
    """Begin behind a port of a node, as if it had let these markets through; what leads to it is not evaluated."""

    model_config = ConfigDict(extra="forbid")

    node_id: NodeId
    port: Annotated[str, StringConstraints(min_length=1, max_length=32)] = "out"
    market_ids: Annotated[list[MarketId], Field(min_length=1, max_length=PINNED_MAX)]


class DryRun(BaseModel):
    """A graph, or a strategy with one of its versions. With a strategy its watchlist and positions are read too."""

    model_config = ConfigDict(extra="forbid")

    graph: dict[str, Any] | None = None
    strategy_id: UUID | None = None
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    """Left out: the published one. Not with `graph`; a graph given with a strategy is tried with its watchlist."""
    pinned_markets: Annotated[list[PinnedMarket] | None, Field(min_length=1, max_length=PINNED_MAX)] = None
    """These are all the markets there are."""
    pinned_node: PinnedNode | None = None

    @model_validator(mode="after")
    def _something_to_try(self) -> "DryRun":
        if self.graph is None and self.strategy_id is None:
            raise ValueError("give a graph or a strategy_id")
        if self.version is not None and (self.graph is not None or self.strategy_id is None):
            raise ValueError("a version goes with a strategy_id and without a graph")
        return self


class EffectView(BaseModel):
    """What the evaluation would have done. `amount` in USDC; an exit has `shares` instead."""

    kind: Literal["add_to_watchlist", "remove_from_watchlist", "order_intent", "exit_intent", "notify"]
    node_id: str
    market_id: str | None
    question: str | None
    outcome: str | None
    side: str | None
    amount: DecimalText | None
    shares: DecimalText | None = None
    reason: str


class GoesOnView(BaseModel):
    """What would go on later: at `due_at`, or behind an order when it is null."""

    node_id: str
    port: str
    due_at: datetime | None
    items: int


class FailureView(BaseModel):
    """Why the evaluation broke; `node_id` null: not within a node."""

    node_id: str | None
    message: str


class DryRunView(BaseModel):
    evaluated_at: datetime
    source: Source
    duration_ms: int
    nodes: list[NodeView]
    """In the order of evaluation, those that were reached; empty when it failed. Verdicts: the first 20 of each node."""
    effects: list[EffectView]
    """The first 100."""
    effects_total: int
    goes_on: list[GoesOnView]
    failure: FailureView | None
