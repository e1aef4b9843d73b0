"""The ledger, accounts, positions with their lots, risk limits and the trading state; what existed is carried over.

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(20, 6)
NOW = sa.text("now()")
TIME = sa.DateTime(timezone=True)
OPENING = 10_000
"""USDC on paper; who gave more than that to strategies already has as much as was given."""

ADDS_UP = (
    "allocated_amount + realised_pnl = available_amount + reserved_amount + deployed_amount"
    " + settling_amount - shortfall_amount"
)

GUARD = """
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger entries are never changed or deleted; book a move that undoes it';
END $$
"""

ACCOUNTS = f"""
INSERT INTO accounts (user_id, mode, cash_amount)
SELECT s.user_id, s.mode, greatest({OPENING}, sum(w.allocated_amount)) - sum(w.allocated_amount)
FROM strategies s JOIN strategy_wallets w ON w.strategy_id = s.id GROUP BY s.user_id, s.mode
"""

OPENING_MOVES = """
INSERT INTO ledger_entries
  (user_id, mode, strategy_id, account, side, amount, kind, reference_id, reason, created_at)
SELECT a.user_id, a.mode, NULL, side.account, side.side,
  a.cash_amount + coalesce((SELECT sum(w.allocated_amount) FROM strategies s
    JOIN strategy_wallets w ON w.strategy_id = s.id WHERE s.user_id = a.user_id AND s.mode = a.mode), 0),
  'opening', a.user_id, 'opening balance of the ' || a.mode || ' account', now()
FROM accounts a, (VALUES ('external', 'credit'), ('cash', 'debit')) AS side (account, side)
"""


def carried(kind: str, column: str, source: str, target: str, reason: str) -> str:
    """One move per wallet, from `source` to `target`, of what `column` says."""
    owner = "NULL::uuid" if source == "cash" else "s.id"
    return f"""
INSERT INTO ledger_entries
  (user_id, mode, strategy_id, account, side, amount, kind, reference_id, reason, created_at)
SELECT s.user_id, s.mode, side.owner, side.account, side.side, w.{column}, '{kind}', s.id, '{reason}', now()
FROM strategies s JOIN strategy_wallets w ON w.strategy_id = s.id,
LATERAL (VALUES ({owner}, '{source}', 'credit'), (s.id, '{target}', 'debit')) AS side (owner, account, side)
WHERE w.{column} > 0
"""


POSITIONS = """
INSERT INTO positions (id, user_id, strategy_id, mode, source, market_id, condition_id, question, token_id,
  outcome, sequence, shares, cost_amount, opened_at)
SELECT gen_random_uuid(), t.user_id, t.strategy_id, min(t.mode), min(t.source), min(t.market_id),
  min(o.condition_id), min(t.question), t.token_id, min(t.outcome), 1, sum(t.shares), sum(t.cost),
  min(coalesce(t.filled_at, t.created_at))
FROM strategy_trades t JOIN orders o ON o.id = t.entry_order_id
WHERE t.closed_at IS NULL AND t.status IN ('filled', 'partial') AND t.shares > 0
GROUP BY t.user_id, t.strategy_id, t.token_id
"""

LOTS = """
INSERT INTO position_lots (id, position_id, entry_order_id, shares, cost_amount, shares_left, cost_left, opened_at)
SELECT t.id, p.id, t.entry_order_id, t.shares, t.cost, t.shares, t.cost, coalesce(t.filled_at, t.created_at)
FROM strategy_trades t JOIN positions p ON p.strategy_id = t.strategy_id AND p.token_id = t.token_id
WHERE t.closed_at IS NULL AND t.status IN ('filled', 'partial') AND t.shares > 0
"""

RESERVED_LEFT = """
UPDATE orders SET reserved_left = reserved_amount WHERE final_at IS NULL AND status <> 'planned'
"""

FEES = """
UPDATE strategy_wallets w SET fees_paid = paid.fee FROM
  (SELECT strategy_id, sum(fee) AS fee FROM orders WHERE status = 'filled' GROUP BY strategy_id) paid
WHERE paid.strategy_id = w.strategy_id
"""


def fees(kind: str, source: str, target: str) -> str:
    """Fees are inside cost: they pass through the account `fees` on their way to `deployed`."""
    return f"""
INSERT INTO ledger_entries
  (user_id, mode, strategy_id, account, side, amount, kind, reference_id, reason, created_at)
SELECT s.user_id, s.mode, s.id, side.account, side.side, w.fees_paid, '{kind}', s.id, 'fees paid until now', now()
FROM strategies s JOIN strategy_wallets w ON w.strategy_id = s.id,
LATERAL (VALUES ('{source}', 'credit'), ('{target}', 'debit')) AS side (account, side)
WHERE w.fees_paid > 0
"""


def upgrade() -> None:
    _add_columns()
    _create_accounts()
    _create_ledger()
    _create_positions()
    _create_risk()
    _carry_over()


def _add_columns() -> None:
    op.drop_constraint(op.f("ck_strategy_wallets_adds_up"), "strategy_wallets", type_="check")
    for name in ("settling_amount", "shortfall_amount", "realised_pnl", "fees_paid"):
        op.add_column("strategy_wallets", sa.Column(name, MONEY, nullable=False, server_default="0"))
    for name, column in (
        ("settling", "settling_amount"),
        ("shortfall", "shortfall_amount"),
        ("fees", "fees_paid"),
    ):
        op.create_check_constraint(
            op.f(f"ck_strategy_wallets_{name}_not_negative"), "strategy_wallets", f"{column} >= 0"
        )
    op.create_check_constraint(op.f("ck_strategy_wallets_adds_up"), "strategy_wallets", ADDS_UP)
    op.add_column("strategies", sa.Column("pause_reason", sa.Text()))
    op.add_column("orders", sa.Column("event_id", sa.Text()))
    op.add_column("orders", sa.Column("shares", MONEY))
    op.add_column("orders", sa.Column("position_id", sa.Uuid()))
    op.add_column("orders", sa.Column("risk_checks", JSONB(), nullable=False, server_default="[]"))
    op.add_column("orders", sa.Column("halt_epoch", sa.BigInteger()))
    op.add_column("orders", sa.Column("reserved_left", MONEY, nullable=False, server_default="0"))
    op.create_check_constraint(
        op.f("ck_orders_sale_names_its_position"),
        "orders",
        "side = 'BUY' OR (shares IS NOT NULL AND position_id IS NOT NULL)",
    )


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("mode", sa.Text(), primary_key=True),
        sa.Column("cash_amount", MONEY, nullable=False, server_default="0"),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.Column("updated_at", TIME, nullable=False, server_default=NOW),
        sa.CheckConstraint("mode IN ('paper','live')", name=op.f("ck_accounts_mode_known")),
        sa.CheckConstraint("cash_amount >= 0", name=op.f("ck_accounts_cash_not_negative")),
    )
    op.create_table(
        "day_openings",
        sa.Column(
            "strategy_id", sa.Uuid(), sa.ForeignKey("strategies.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("equity_amount", MONEY, nullable=False),
        sa.Column("allocated_amount", MONEY, nullable=False),
        sa.Column("taken_at", TIME, nullable=False),
    )


def _create_ledger() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("strategy_id", sa.Uuid()),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.UniqueConstraint("reference_id", "kind", "side"),
        sa.CheckConstraint("mode IN ('paper','live')", name=op.f("ck_ledger_entries_mode_known")),
        sa.CheckConstraint("side IN ('debit','credit')", name=op.f("ck_ledger_entries_side_known")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_entries_amount_positive")),
        sa.CheckConstraint(
            "account IN ('external','cash','available','reserved','deployed','settling','shortfall',"
            "'realised_pnl','fees')",
            name=op.f("ck_ledger_entries_account_known"),
        ),
        sa.CheckConstraint(
            "(strategy_id IS NULL) = (account IN ('cash','external'))",
            name=op.f("ck_ledger_entries_account_of_strategy"),
        ),
    )
    op.create_index("ix_ledger_entries_user_id_id", "ledger_entries", ["user_id", "id"])
    op.create_index("ix_ledger_entries_strategy_id_id", "ledger_entries", ["strategy_id", "id"])
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER ledger_entries_only_grow BEFORE UPDATE OR DELETE ON ledger_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
    )


def _create_positions() -> None:
    op.create_table(
        "positions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "strategy_id", sa.Uuid(), sa.ForeignKey("strategies.id", ondelete="CASCADE"), nullable=False
        ),
        *(
            sa.Column(name, sa.Text(), nullable=name == "event_id")
            for name in (
                "mode",
                "source",
                "market_id",
                "condition_id",
                "event_id",
                "question",
                "token_id",
                "outcome",
            )
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("shares", MONEY, nullable=False),
        sa.Column("offered_shares", MONEY, nullable=False, server_default="0"),
        sa.Column("cost_amount", MONEY, nullable=False),
        sa.Column("realised_pnl", MONEY, nullable=False, server_default="0"),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("closed_at", TIME),
        sa.Column("updated_at", TIME, nullable=False, server_default=NOW),
        sa.UniqueConstraint("strategy_id", "token_id", "sequence"),
        sa.CheckConstraint("mode IN ('paper','live')", name=op.f("ck_positions_mode_known")),
        sa.CheckConstraint("shares >= 0", name=op.f("ck_positions_shares_not_negative")),
        sa.CheckConstraint(
            "offered_shares BETWEEN 0 AND shares", name=op.f("ck_positions_offered_within_held")
        ),
        sa.CheckConstraint("cost_amount >= 0", name=op.f("ck_positions_cost_not_negative")),
        sa.CheckConstraint(
            "(closed_at IS NOT NULL) = (shares = 0)", name=op.f("ck_positions_closed_when_empty")
        ),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_positions_open",
        "positions",
        ["strategy_id", "token_id"],
        unique=True,
        postgresql_where=still_open,
    )
    op.create_index("ix_positions_open_user_id", "positions", ["user_id"], postgresql_where=still_open)
    op.create_table(
        "position_lots",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "position_id", sa.Uuid(), sa.ForeignKey("positions.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column(
            "entry_order_id",
            sa.Uuid(),
            sa.ForeignKey("orders.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        *(
            sa.Column(name, MONEY, nullable=False)
            for name in ("shares", "cost_amount", "shares_left", "cost_left")
        ),
        sa.Column("opened_at", TIME, nullable=False),
        sa.CheckConstraint(
            "shares_left BETWEEN 0 AND shares", name=op.f("ck_position_lots_shares_left_within")
        ),
        sa.CheckConstraint(
            "cost_left BETWEEN 0 AND cost_amount", name=op.f("ck_position_lots_cost_left_within")
        ),
    )
    op.create_index("ix_position_lots_position_id", "position_lots", ["position_id"])


def _create_risk() -> None:
    op.create_table(
        "risk_limits",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), sa.ForeignKey("strategies.id", ondelete="CASCADE"), unique=True),
        sa.Column("limits", JSONB(), nullable=False, server_default="{}"),
        sa.Column("pending", JSONB(), nullable=False, server_default="[]"),
        sa.Column("updated_at", TIME, nullable=False, server_default=NOW),
    )
    op.create_index(
        "uq_risk_limits_user",
        "risk_limits",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("strategy_id IS NULL"),
    )
    op.create_table(
        "trading_states",
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False, server_default="active"),
        sa.Column("halt_epoch", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("reason", sa.Text()),
        sa.Column("changed_at", TIME, nullable=False, server_default=NOW),
        sa.CheckConstraint(
            "state IN ('active','reducing','halted')", name=op.f("ck_trading_states_state_known")
        ),
    )


def _carry_over() -> None:
    op.execute(ACCOUNTS)
    op.execute(OPENING_MOVES)
    op.execute(RESERVED_LEFT)
    op.execute(FEES)
    op.execute(carried("allocated", "allocated_amount", "cash", "available", "allocation until now"))
    op.execute(carried("carried_reserved", "reserved_amount", "available", "reserved", "orders under way"))
    op.execute(carried("carried_deployed", "deployed_amount", "available", "deployed", "positions held"))
    op.execute(fees("carried_fees", "deployed", "fees"))
    op.execute(fees("carried_fees_in_cost", "fees", "deployed"))
    op.execute(POSITIONS)
    op.execute(LOTS)


def downgrade() -> None:
    op.execute("DROP TABLE trading_states, risk_limits, position_lots, positions, day_openings")
    op.execute("DROP TABLE ledger_entries, accounts")
    op.execute("DROP FUNCTION refuse_ledger_change()")
    op.drop_constraint(op.f("ck_orders_sale_names_its_position"), "orders", type_="check")
    for name in ("event_id", "shares", "position_id", "risk_checks", "halt_epoch", "reserved_left"):
        op.drop_column("orders", name)
    op.drop_column("strategies", "pause_reason")
    op.drop_constraint(op.f("ck_strategy_wallets_adds_up"), "strategy_wallets", type_="check")
    for name in ("settling_amount", "shortfall_amount", "realised_pnl", "fees_paid"):
        op.drop_column("strategy_wallets", name)
    op.create_check_constraint(
        op.f("ck_strategy_wallets_adds_up"),
        "strategy_wallets",
        "allocated_amount = available_amount + reserved_amount + deployed_amount",
    )
