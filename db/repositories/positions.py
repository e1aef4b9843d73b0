"""What a strategy holds: its active trades, added up per outcome."""

from uuid import UUID

from db.prepared_statements import PreparedStatements
from domain.money import Price, Shares, Usdc
from domain.strategy.requests import HeldPosition

HELD = """
SELECT market_id, token_id, max(outcome) AS outcome, sum(shares) AS shares, sum(cost) AS cost,
       sum(shares * entry_price) / sum(shares) AS entry_price, min(filled_at) AS opened_at
FROM strategy_trades
WHERE strategy_id = $1 AND closed_at IS NULL AND status IN ('filled', 'partial')
  AND shares > 0 AND entry_price IS NOT NULL AND filled_at IS NOT NULL
GROUP BY market_id, token_id
ORDER BY min(filled_at), token_id
"""


async def held_positions(prepared: PreparedStatements, strategy_id: UUID) -> tuple[HeldPosition, ...]:
    """Oldest first. The entry price is the average over the shares, without fees."""
    return tuple(
        HeldPosition(
            market_id=row["market_id"],
            token_id=row["token_id"],
            outcome=row["outcome"],
            shares=Shares(row["shares"]),
            cost=Usdc(row["cost"]),
            entry_price=Price(row["entry_price"]),
            opened_at=row["opened_at"],
        )
        for row in await prepared.fetch(HELD, strategy_id)
    )
