"""Leaving positions: the rules that watch, and the requests that the position's guard carries out."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Model, PriceNumber

RULE_STATES = "'armed','triggered','off'"
REQUEST_STATUSES = "'pending','working','done','failed','withdrawn'"


class PositionExit(Model):
    """One ExitRule of one position, and what it remembers."""

    __tablename__ = "position_exits"

    position_id: Mapped[UUID] = mapped_column(
        ForeignKey("positions.id", ondelete="CASCADE"), primary_key=True
    )
    rule: Mapped[str] = mapped_column(primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """domain.portfolio.exit_rule.ExitRule as JSON."""
    state: Mapped[str] = mapped_column(server_default="armed")
    """armed: watches. triggered: asked for an exit. off: switched off or used up."""
    sequence: Mapped[int] = mapped_column(server_default="0")
    """How often it has triggered."""
    peak_price: Mapped[Decimal | None] = mapped_column(PriceNumber)
    """Highest best bid since entry that was written down, at most once a second."""
    activated_at: Mapped[datetime | None]
    """trailing_stop and breakeven: since when the gain that wakes them was reached."""
    origin: Mapped[str]
    """order:<id>, user, or version:<id>: who set it last."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (CheckConstraint(f"state IN ({RULE_STATES})", name="state_known"),)


class ExitRequest(Model):
    """A wish to sell shares of a position. Only the position's guard carries it out. Id: ids.exit_request_id."""

    __tablename__ = "exit_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    position_id: Mapped[UUID] = mapped_column(ForeignKey("positions.id", ondelete="CASCADE"))
    rule: Mapped[str]
    """Name of the ExitRule, or node, user, flatten."""
    sequence: Mapped[int]
    shares: Mapped[Decimal | None]
    """To sell; what is held less is not sold. None: see `part_ratio`."""
    part_ratio: Mapped[Decimal | None]
    """Of what is held when the guard begins. Both None: all of it, until nothing is left."""
    price_floor: Mapped[Decimal | None] = mapped_column(PriceNumber)
    slippage_max: Mapped[Decimal | None]
    order_type: Mapped[str] = mapped_column(server_default="market")
    limit_price: Mapped[Decimal | None] = mapped_column(PriceNumber)
    persistent: Mapped[bool] = mapped_column(server_default=text("false"))
    """Tries again until it sold all it should; otherwise one try."""
    status: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime | None]
    order_id: Mapped[UUID | None]
    """Of the last try."""
    shares_wanted: Mapped[Decimal | None]
    """Fixed when the guard begins."""
    shares_sold: Mapped[Decimal] = mapped_column(server_default="0")
    reason: Mapped[str]
    """One sentence for people."""
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What the rule saw: price, when the venue said it, entry, peak, limits; decimals as text."""
    failure: Mapped[str | None]
    triggered_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    done_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"status IN ({REQUEST_STATUSES})", name="status_known"),
        CheckConstraint("shares IS NULL OR part_ratio IS NULL", name="one_measure"),
        CheckConstraint(
            "(done_at IS NOT NULL) = (status IN ('done','failed','withdrawn'))", name="done_when_over"
        ),
        UniqueConstraint("position_id", "rule", "sequence"),
        Index("ix_exit_requests_open", "position_id", postgresql_where=text("done_at IS NULL")),
        Index("ix_exit_requests_strategy_id_created_at", "strategy_id", "created_at"),
    )


class PriceWatch(Model):
    """The lease of one shard of prices, and how its feed is."""

    __tablename__ = "price_watches"

    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    feed: Mapped[str] = mapped_column(server_default="off")
    """off, live, or fallback: prices are read by request because the feed is silent."""
    feed_since: Mapped[datetime | None]
    feed_reason: Mapped[str | None]
    tokens: Mapped[int] = mapped_column(server_default="0")
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (CheckConstraint("feed IN ('off','live','fallback')", name="feed_known"),)
