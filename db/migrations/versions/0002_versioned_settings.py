"""Settings belong to versions; watchlist entries expire, can be pinned, and remember their last verdicts.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "strategy_versions",
        sa.Column("settings", postgresql.JSONB(), server_default="{}", nullable=False),
    )
    op.add_column("strategy_watchlists", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "strategy_watchlists",
        sa.Column("pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "strategy_watchlists",
        sa.Column("verdicts", postgresql.JSONB(), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("strategy_watchlists", "verdicts")
    op.drop_column("strategy_watchlists", "pinned")
    op.drop_column("strategy_watchlists", "expires_at")
    op.drop_column("strategy_versions", "settings")
