"""Deleting a strategy finds what hangs on it and on its versions by index.

Revision: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_strategy_executions_version_id", "strategy_executions", ["version_id"])
    op.create_index("ix_strategy_continuations_version_id", "strategy_continuations", ["version_id"])
    op.drop_index("ix_strategy_events_strategy_id_id", table_name="strategy_events")
    op.create_index("ix_strategy_events_strategy_id_id", "strategy_events", ["strategy_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_strategy_events_strategy_id_id", table_name="strategy_events")
    op.create_index(
        "ix_strategy_events_strategy_id_id",
        "strategy_events",
        ["strategy_id", "id"],
        postgresql_where="timeline",
    )
    op.drop_index("ix_strategy_continuations_version_id", table_name="strategy_continuations")
    op.drop_index("ix_strategy_executions_version_id", table_name="strategy_executions")
