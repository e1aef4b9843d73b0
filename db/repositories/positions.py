"""What a strategy holds: its open positions, with the average price of the shares that are left."""

from uuid import UUID

from db.prepared_statements import PreparedStatements
from domain.money import Price, Shares, Usdc
from domain.strategy.requests import HeldPosition

# A lot has the id of its trade, which knows the price without the fee.
HELD = """
SELECT held.id, held.market_id, held.token_id, held.outcome, held.shares, held.cost_amount, held.opened_at,
       sum(lot.shares_left * coalesce(trade.entry_price, lot.cost_amount / lot.shares))
         / sum(lot.shares_left) AS entry_price
FROM positions AS held
JOIN position_lots AS lot ON lot.position_id = held.id AND lot.shares_left > 0
LEFT JOIN strategy_trades AS trade ON trade.id = lot.id
WHERE held.strategy_id = $1 AND held.closed_at IS NULL
GROUP BY held.id
ORDER BY held.opened_at, held.token_id
"""


async def held_positions(prepared: PreparedStatements, strategy_id: UUID) -> tuple[HeldPosition, ...]:
    """Oldest first. The entry price is the average over the shares held, without fees; the cost has them inside."""
    return tuple(
        HeldPosition(
            position_id=row["id"],
            market_id=row["market_id"],
            token_id=row["token_id"],
            outcome=row["outcome"],
            shares=Shares(row["shares"]),
            cost=Usdc(row["cost_amount"]),
            entry_price=Price(row["entry_price"]),
            opened_at=row["opened_at"],
        )
        for row in await prepared.fetch(HELD, strategy_id)
    )
