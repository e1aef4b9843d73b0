"""What a running workflow was not told, whether a repeatable request took effect, and how far old rows are deleted.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("strategies", sa.Column("untold_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("strategies", sa.Column("untold_slot", sa.DateTime(timezone=True), nullable=True))
    op.add_column("idempotency_keys", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "pruning_marks",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("done_before", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_pruning_marks")),
    )


def downgrade() -> None:
    op.drop_table("pruning_marks")
    op.drop_column("idempotency_keys", "done_at")
    op.drop_column("strategies", "untold_slot")
    op.drop_column("strategies", "untold_at")
