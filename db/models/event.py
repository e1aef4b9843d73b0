"""What happened, for the activity timeline and the live stream."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Big, Model


class StrategyEvent(Model):
    """`stream_seq` is given after commit by the one publisher, so readers never see a gap that fills later."""

    __tablename__ = "strategy_events"

    id: Mapped[int] = mapped_column(Big, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    strategy_id: Mapped[UUID | None] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    kind: Mapped[str]
    message: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    timeline: Mapped[bool] = mapped_column(server_default=text("true"))
    """False: only tells open pages to look again; deleted after a day."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    stream_seq: Mapped[int | None] = mapped_column(Big, unique=True)

    __table_args__ = (
        Index("ix_strategy_events_unpublished", "id", postgresql_where=text("stream_seq IS NULL")),
        Index("ix_strategy_events_user_id_stream_seq", "user_id", "stream_seq"),
        Index("ix_strategy_events_strategy_id_id", "strategy_id", "id"),
    )
