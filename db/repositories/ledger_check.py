"""Whether the books add up, computed from the ledger alone. Used by tests and by `cascadian doctor`."""

from sqlalchemy import text

from db.session import ReadSession, WriteSession

SHOWN = 20

HALF_MOVES = """
SELECT 'move ' || kind || ' of ' || reference_id || ' is not two equal sides' FROM ledger_entries
GROUP BY reference_id, kind
HAVING count(*) <> 2 OR sum(CASE side WHEN 'debit' THEN amount ELSE -amount END) <> 0
"""

WALLETS = """
WITH booked AS (
  SELECT e.strategy_id, e.account, sum(CASE e.side WHEN 'debit' THEN e.amount ELSE -e.amount END) AS balance,
    coalesce(sum(e.amount) FILTER (WHERE e.side = 'debit' AND right(e.kind, 9) <> '_reversed'), 0)
      - coalesce(sum(e.amount) FILTER (WHERE e.side = 'credit' AND right(e.kind, 9) = '_reversed'), 0) AS debits
  FROM ledger_entries e WHERE e.strategy_id IS NOT NULL GROUP BY e.strategy_id, e.account
), sums AS (
  SELECT strategy_id, sum(balance) AS allocated,
    coalesce(sum(balance) FILTER (WHERE account = 'available'), 0) AS available,
    coalesce(sum(balance) FILTER (WHERE account = 'reserved'), 0) AS reserved,
    coalesce(sum(balance) FILTER (WHERE account = 'deployed'), 0) AS deployed,
    coalesce(sum(balance) FILTER (WHERE account = 'settling'), 0) AS settling,
    -coalesce(sum(balance) FILTER (WHERE account = 'shortfall'), 0) AS shortfall,
    -coalesce(sum(balance) FILTER (WHERE account = 'realised_pnl'), 0) AS realised,
    coalesce(sum(balance) FILTER (WHERE account = 'fees'), 0) AS fees_left,
    coalesce(sum(debits) FILTER (WHERE account = 'fees'), 0) AS fees_paid
  FROM booked GROUP BY strategy_id
)
SELECT 'wallet of strategy ' || w.strategy_id || ' differs from its ledger'
FROM strategy_wallets w LEFT JOIN sums s USING (strategy_id)
WHERE (w.allocated_amount, w.available_amount, w.reserved_amount, w.deployed_amount, w.settling_amount,
       w.shortfall_amount, w.realised_pnl, w.fees_paid, 0)
  IS DISTINCT FROM (coalesce(s.allocated, 0), coalesce(s.available, 0), coalesce(s.reserved, 0),
       coalesce(s.deployed, 0), coalesce(s.settling, 0), coalesce(s.shortfall, 0), coalesce(s.realised, 0),
       coalesce(s.fees_paid, 0), coalesce(s.fees_left, 0))
"""

INVARIANT = """
SELECT 'strategy ' || strategy_id || ' does not add up' FROM strategy_wallets
WHERE allocated_amount + realised_pnl
  <> available_amount + reserved_amount + deployed_amount + settling_amount - shortfall_amount
"""

CASH = """
SELECT 'cash of user ' || a.user_id || ' (' || a.mode || ') differs from the ledger' FROM accounts a
WHERE a.cash_amount <> coalesce((SELECT sum(CASE e.side WHEN 'debit' THEN e.amount ELSE -e.amount END)
  FROM ledger_entries e WHERE e.user_id = a.user_id AND e.mode = a.mode AND e.account = 'cash'), 0)
"""

RESERVATIONS = """
SELECT 'strategy ' || w.strategy_id || ' has reserved ' || w.reserved_amount || ', its orders ' || coalesce(o.amount, 0)
FROM strategy_wallets w LEFT JOIN
  (SELECT strategy_id, sum(reserved_left) AS amount FROM orders GROUP BY strategy_id) o USING (strategy_id)
WHERE w.reserved_amount <> coalesce(o.amount, 0)
"""

POSITIONS = """
SELECT 'strategy ' || w.strategy_id || ' has deployed ' || w.deployed_amount || ', its positions cost '
  || coalesce(p.cost, 0)
FROM strategy_wallets w LEFT JOIN
  (SELECT strategy_id, sum(cost_amount) AS cost FROM positions GROUP BY strategy_id) p USING (strategy_id)
WHERE w.deployed_amount <> coalesce(p.cost, 0)
"""

LOTS = """
SELECT 'position ' || p.id || ' differs from its lots' FROM positions p LEFT JOIN
  (SELECT position_id, sum(shares_left) AS shares, sum(cost_left) AS cost FROM position_lots GROUP BY position_id) l
  ON l.position_id = p.id
WHERE (p.shares, p.cost_amount) IS DISTINCT FROM (coalesce(l.shares, 0), coalesce(l.cost, 0))
"""

CHECKS = (HALF_MOVES, WALLETS, INVARIANT, CASH, RESERVATIONS, POSITIONS, LOTS)


async def book_faults(session: ReadSession | WriteSession) -> list[str]:
    """A sentence per fault, at most SHOWN of each kind; empty when the books are right."""
    faults: list[str] = []
    for check in CHECKS:
        rows = await session.scalars(text(f"{check} LIMIT {SHOWN}"))
        faults += list(rows)
    return faults
