"""Every state of an order, rules and requests for exits, resolutions, withdrawals, and what Stop and Halt were told.

Revision: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(20, 6)
PRICE = sa.Numeric(12, 8)
NOW = sa.text("now()")
TIME = sa.DateTime(timezone=True)

BEFORE = "'planned','reserved','denied','posting','matched','filled','cancelled','rejected'"
STATUSES = (
    "'planned','denied','reserved','signing','signed','posting','unknown','live','matched',"
    "'filled','cancelled','expired','rejected'"
)
CHECKS = (
    ("orders", "settlement_known", "settlement IN ('none','settling','settled','reversed')"),
    ("orders", "time_in_force_known", "time_in_force IN ('FAK','FOK','GTC','GTD')"),
    ("order_fills", "venue_status_known", "venue_status IN ('matched','mined','confirmed','failed')"),
    ("trading_states", "exits_known", "exits IN ('go_on','stop')"),
    ("strategies", "stop_choice_known", "stop_choice IN ('keep','cancel','flatten')"),
)


def upgrade() -> None:
    new_tables()
    new_columns()
    op.drop_constraint(op.f("ck_orders_status_known"), "orders")
    op.create_check_constraint(op.f("ck_orders_status_known"), "orders", f"status IN ({STATUSES})")
    for table, name, check in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, check)
    op.execute("UPDATE orders SET settlement = 'settled' WHERE filled_shares > 0 AND final_at IS NOT NULL")
    op.execute("UPDATE order_fills SET settled_at = filled_at")
    op.execute("UPDATE positions SET close_reason = 'sold' WHERE closed_at IS NOT NULL")
    op.execute(
        "UPDATE strategies SET stop_choice = 'keep', wound_down_at = stopped_at WHERE status = 'stopped'"
    )


def new_tables() -> None:
    op.create_table(
        "position_exits",
        sa.Column("position_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("settings", JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="armed", nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("peak_price", PRICE, nullable=True),
        sa.Column("activated_at", TIME, nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, server_default=NOW, nullable=False),
        sa.Column("updated_at", TIME, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "state IN ('armed','triggered','off')", name=op.f("ck_position_exits_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["positions.id"],
            name=op.f("fk_position_exits_position_id_positions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("position_id", "rule", name=op.f("pk_position_exits")),
    )
    op.create_table(
        "exit_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=False),
        sa.Column("position_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("shares", MONEY, nullable=True),
        sa.Column("part_ratio", MONEY, nullable=True),
        sa.Column("price_floor", PRICE, nullable=True),
        sa.Column("slippage_max", MONEY, nullable=True),
        sa.Column("order_type", sa.Text(), server_default="market", nullable=False),
        sa.Column("limit_price", PRICE, nullable=True),
        sa.Column("persistent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", TIME, nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("shares_wanted", MONEY, nullable=True),
        sa.Column("shares_sold", MONEY, server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", JSONB(), server_default="{}", nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("triggered_at", TIME, nullable=False),
        sa.Column("created_at", TIME, server_default=NOW, nullable=False),
        sa.Column("updated_at", TIME, server_default=NOW, nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        sa.CheckConstraint(
            "(done_at IS NOT NULL) = (status IN ('done','failed','withdrawn'))",
            name=op.f("ck_exit_requests_done_when_over"),
        ),
        sa.CheckConstraint(
            "status IN ('pending','working','done','failed','withdrawn')",
            name=op.f("ck_exit_requests_status_known"),
        ),
        sa.CheckConstraint("shares IS NULL OR part_ratio IS NULL", name=op.f("ck_exit_requests_one_measure")),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["positions.id"],
            name=op.f("fk_exit_requests_position_id_positions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["strategy_id"],
            ["strategies.id"],
            name=op.f("fk_exit_requests_strategy_id_strategies"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_exit_requests_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_requests")),
        sa.UniqueConstraint(
            "position_id", "rule", "sequence", name=op.f("uq_exit_requests_position_id_rule_sequence")
        ),
    )
    op.create_index(
        "ix_exit_requests_open",
        "exit_requests",
        ["position_id"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_exit_requests_strategy_id_created_at",
        "exit_requests",
        ["strategy_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "price_watches",
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("feed", sa.Text(), server_default="off", nullable=False),
        sa.Column("feed_since", TIME, nullable=True),
        sa.Column("feed_reason", sa.Text(), nullable=True),
        sa.Column("tokens", sa.Integer(), server_default="0", nullable=False),
        sa.Column("updated_at", TIME, server_default=NOW, nullable=False),
        sa.CheckConstraint("feed IN ('off','live','fallback')", name=op.f("ck_price_watches_feed_known")),
        sa.PrimaryKeyConstraint("shard", name=op.f("pk_price_watches")),
    )
    op.create_table(
        "market_resolutions",
        sa.Column("market_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("condition_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payouts", JSONB(), nullable=True),
        sa.Column("winner", sa.Text(), nullable=True),
        sa.Column("proposed_outcome", sa.Text(), nullable=True),
        sa.Column("history", JSONB(), server_default="[]", nullable=False),
        sa.Column("ends_at", TIME, nullable=True),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("final_at", TIME, nullable=True),
        sa.CheckConstraint(
            "state IN ('open','proposed','disputed','resolved','void')",
            name=op.f("ck_market_resolutions_state_known"),
        ),
        sa.CheckConstraint(
            "(final_at IS NOT NULL) = (payouts IS NOT NULL)",
            name=op.f("ck_market_resolutions_final_with_payouts"),
        ),
        sa.PrimaryKeyConstraint("market_id", "source", name=op.f("pk_market_resolutions")),
    )
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="running", nullable=False),
        sa.Column("give_up_at", TIME, nullable=False),
        sa.Column("returned_amount", MONEY, server_default="0", nullable=False),
        sa.Column("progress", JSONB(), server_default="{}", nullable=False),
        sa.Column("reasons", JSONB(), server_default="[]", nullable=False),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, server_default=NOW, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (status = 'running')", name=op.f("ck_withdrawals_finished_when_over")
        ),
        sa.CheckConstraint(
            "status IN ('running','complete','partly_complete')", name=op.f("ck_withdrawals_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["strategy_id"],
            ["strategies.id"],
            name=op.f("fk_withdrawals_strategy_id_strategies"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_withdrawals_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
    )
    op.create_index(
        "ix_withdrawals_user_id_requested_at", "withdrawals", ["user_id", "requested_at"], unique=False
    )
    op.create_index(
        "ix_withdrawals_strategy_id_requested_at",
        "withdrawals",
        ["strategy_id", "requested_at"],
        unique=False,
    )
    op.create_index(
        "uq_withdrawals_running",
        "withdrawals",
        ["strategy_id"],
        unique=True,
        postgresql_where=sa.text("finished_at IS NULL"),
    )


def new_columns() -> None:
    op.add_column("orders", sa.Column("amount_ratio", MONEY, nullable=True))
    op.add_column("orders", sa.Column("limit_price", PRICE, nullable=True))
    op.add_column("orders", sa.Column("expires_at", TIME, nullable=True))
    op.add_column("orders", sa.Column("expires_after_seconds", sa.Integer(), nullable=True))
    op.add_column(
        "orders", sa.Column("post_only", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("orders", sa.Column("exits", JSONB(), server_default="[]", nullable=False))
    op.add_column("orders", sa.Column("exit_request_id", sa.Uuid(), nullable=True))
    op.add_column("orders", sa.Column("attempt", sa.Integer(), server_default="0", nullable=False))
    op.add_column("orders", sa.Column("salt", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("stamped_at", TIME, nullable=True))
    op.add_column("orders", sa.Column("venue_order_id", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("posted_at", TIME, nullable=True))
    op.add_column("orders", sa.Column("resting", JSONB(), nullable=True))
    op.add_column("orders", sa.Column("cancel_requested_at", TIME, nullable=True))
    op.add_column("orders", sa.Column("cancel_rule", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("cancel_reason", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("settlement", sa.Text(), server_default="none", nullable=False))
    op.add_column(
        "order_fills", sa.Column("venue_status", sa.Text(), server_default="confirmed", nullable=False)
    )
    op.add_column("order_fills", sa.Column("settled_at", TIME, nullable=True))
    op.add_column("positions", sa.Column("close_reason", sa.Text(), nullable=True))
    op.add_column("trading_states", sa.Column("exits", sa.Text(), server_default="go_on", nullable=False))
    op.add_column("strategies", sa.Column("stop_choice", sa.Text(), nullable=True))
    op.add_column("strategies", sa.Column("wound_down_at", TIME, nullable=True))
    op.create_index(
        "ix_orders_position_id",
        "orders",
        ["position_id"],
        unique=False,
        postgresql_where=sa.text("position_id IS NOT NULL"),
    )
    op.create_index(
        "uq_orders_venue_order_id",
        "orders",
        ["venue_order_id"],
        unique=True,
        postgresql_where=sa.text("venue_order_id IS NOT NULL"),
    )
    op.create_index(
        "ix_positions_open_market_id",
        "positions",
        ["market_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    for table, name, _ in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    op.drop_constraint(op.f("ck_orders_status_known"), "orders")
    op.create_check_constraint(op.f("ck_orders_status_known"), "orders", f"status IN ({BEFORE})")
    for table in ("withdrawals", "market_resolutions", "price_watches", "exit_requests", "position_exits"):
        op.drop_table(table)
    op.drop_index("ix_orders_position_id", table_name="orders")
    op.drop_index("uq_orders_venue_order_id", table_name="orders")
    op.drop_index("ix_positions_open_market_id", table_name="positions")
    for table, column in (
        ("orders", "amount_ratio"),
        ("orders", "limit_price"),
        ("orders", "expires_at"),
        ("orders", "expires_after_seconds"),
        ("orders", "post_only"),
        ("orders", "exits"),
        ("orders", "exit_request_id"),
        ("orders", "attempt"),
        ("orders", "salt"),
        ("orders", "stamped_at"),
        ("orders", "venue_order_id"),
        ("orders", "posted_at"),
        ("orders", "resting"),
        ("orders", "cancel_requested_at"),
        ("orders", "cancel_rule"),
        ("orders", "cancel_reason"),
        ("orders", "settlement"),
        ("order_fills", "venue_status"),
        ("order_fills", "settled_at"),
        ("positions", "close_reason"),
        ("trading_states", "exits"),
        ("strategies", "stop_choice"),
        ("strategies", "wound_down_at"),
    ):
        op.drop_column(table, column)
