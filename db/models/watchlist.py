"""The watchlist: at most one active entry per strategy and market; removed ones stay as history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Model


class StrategyWatchlist(Model):
    __tablename__ = "strategy_watchlists"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    market_id: Mapped[str]
    question: Mapped[str] = mapped_column(server_default="")
    added_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    reason: Mapped[str | None]
    # `metadata` is taken by SQLAlchemy's declarative class, the column keeps the requirements' name.
    details: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB, server_default="{}")
    """Snapshot at adding: price, volume, liquidity, spread as texts; number and node_id of the execution."""
    expires_at: Mapped[datetime | None]
    """When the entry leaves by itself; None: never."""
    pinned: Mapped[bool] = mapped_column(server_default=text("false"))
    """A pinned entry does not expire."""
    verdicts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Last sentence per node that judged the market: {node_id: {sentence, port, at, number}}."""
    removed_at: Mapped[datetime | None]
    removed_reason: Mapped[str | None]
    removed_by: Mapped[str | None]
    """node, user or expiry."""

    __table_args__ = (
        Index(
            "uq_strategy_watchlists_active",
            "strategy_id",
            "market_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_strategy_watchlists_strategy_id_added_at", "strategy_id", "added_at"),
    )
