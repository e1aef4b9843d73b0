"""Equity of strategies and accounts over time, and an index for what came in from outside.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(20, 6)
INDEX = sa.Numeric(24, 12)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "equity_points",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), sa.ForeignKey("strategies.id", ondelete="CASCADE")),
        sa.Column("slot_at", TIME, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("equity_amount", MONEY, nullable=False),
        sa.Column("given_amount", MONEY, nullable=False),
        sa.Column("holding", sa.Boolean(), nullable=False),
        sa.Column("pnl_peak", MONEY, nullable=False),
        sa.Column("drawdown_max", MONEY, nullable=False),
        sa.Column("growth_index", INDEX, nullable=False),
        sa.Column("growth_index_peak", INDEX, nullable=False),
        sa.Column("drawdown_ratio_max", INDEX, nullable=False),
        sa.UniqueConstraint("strategy_id", "slot_at"),
        sa.CheckConstraint("mode IN ('paper','live')", name=op.f("ck_equity_points_mode_known")),
        sa.CheckConstraint("drawdown_max >= 0", name=op.f("ck_equity_points_drawdown_not_negative")),
        sa.CheckConstraint(
            "drawdown_ratio_max BETWEEN 0 AND 1", name=op.f("ck_equity_points_drawdown_ratio_is_a_part")
        ),
    )
    op.create_index(
        "uq_equity_points_account",
        "equity_points",
        ["user_id", "mode", "slot_at"],
        unique=True,
        postgresql_where=sa.text("strategy_id IS NULL"),
    )
    op.create_index("ix_equity_points_slot_at", "equity_points", ["slot_at"])
    op.create_index(
        "ix_ledger_entries_external",
        "ledger_entries",
        ["user_id", "mode"],
        postgresql_where=sa.text("account = 'external'"),
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_entries_external", table_name="ledger_entries")
    op.drop_table("equity_points")
