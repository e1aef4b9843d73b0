"""How far deletion of old rows has come."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from db.models.declarative import Model


class PruningMark(Model):
    """One kind of rows; a restarted process goes on here."""

    __tablename__ = "pruning_marks"

    what: Mapped[str] = mapped_column(primary_key=True)
    done_before: Mapped[date]
    """All days before this one (UTC) are done."""
