"""Deleting old executions and their evidence finds them by when they began.

Revision: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_strategy_executions_started_at", "strategy_executions", ["started_at"])


def downgrade() -> None:
    op.drop_index("ix_strategy_executions_started_at", table_name="strategy_executions")
