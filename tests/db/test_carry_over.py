"""A database that traded before there was a ledger: after the migration its books add up, and nothing is lost."""

import asyncio
from decimal import Decimal
from uuid import UUID, uuid4

import asyncpg
from alembic import command
from sqlalchemy import select

from db.migrate import configuration, upgrade
from db.models import Account, Position, StrategyWallet
from db.repositories.ledger_check import book_faults
from db.session import Database
from launcher.postgres import EmbeddedPostgres

BEFORE = "0004"

STRATEGY = "INSERT INTO strategies (id, user_id, name, status, desired_state) VALUES ($1, $2, 'Old', 'stopped', 'stopped')"
WALLET = """INSERT INTO strategy_wallets
  (id, strategy_id, allocated_amount, available_amount, reserved_amount, deployed_amount) VALUES ($1, $2, $3, $4, $5, $6)"""
ORDER = """INSERT INTO orders (id, user_id, strategy_id, number, step, node_id, mode, source, market_id, condition_id,
  question, token_id, outcome, side, order_type, time_in_force, amount, reason, status, reserved_amount,
  filled_shares, filled_amount, fee, final_at)
  VALUES ($1, $2, $3, 1, 0, 'buy', 'paper', 'sandbox', 'm1', '0x1', 'Rain?', 't1', 'Yes', 'BUY', 'market', 'FAK', 40, '',
  $4, $5, $6, $7, $8, CASE WHEN $4 = 'filled' THEN now() END)"""
TRADE = """INSERT INTO strategy_trades (id, strategy_id, user_id, entry_order_id, number, node_id, mode, source, market_id,
  question, token_id, outcome, amount, order_type, status, shares, cost, fee, entry_price, filled_at)
  VALUES ($1, $2, $3, $4, 1, 'buy', 'paper', 'sandbox', 'm1', 'Rain?', 't1', 'Yes', 40, 'market', 'filled', $5, $6, $7, 0.4, now())"""


async def traded_before(url: str) -> tuple[UUID, UUID]:
    """A user whose strategy holds two trades of one outcome and has an order under way; the second has only capital."""
    user, old, rich = uuid4(), uuid4(), uuid4()
    connection = await asyncpg.connect(url)
    await connection.execute("INSERT INTO users (id, name) VALUES ($1, 'old')", user)
    for strategy, numbers in ((old, (500, 338, 41, 121)), (rich, (20000, 20000, 0, 0))):
        await connection.execute(STRATEGY, strategy, user)
        await connection.execute(WALLET, uuid4(), strategy, *numbers)
    for shares, cost, fee in ((100, 40, 1), (195, 78, 2)):
        order = uuid4()
        await connection.execute(
            ORDER, order, user, old, "filled", Decimal(85), Decimal(shares), Decimal(cost), Decimal(fee)
        )
        await connection.execute(
            TRADE, uuid4(), old, user, order, Decimal(shares), Decimal(cost + fee), Decimal(fee)
        )
    nothing = Decimal(0)
    await connection.execute(ORDER, uuid4(), user, old, "reserved", Decimal(41), nothing, nothing, nothing)
    await connection.close()
    return user, old


async def test_what_was_traded_before_the_ledger_is_in_it_after_the_migration(
    postgres: EmbeddedPostgres,
) -> None:
    name = f"before_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = postgres.dsn.rsplit("/", 1)[0] + f"/{name}"
    await asyncio.to_thread(command.upgrade, configuration(url), BEFORE)
    user, old = await traded_before(url)
    await asyncio.to_thread(upgrade, url)
    database = Database(url)
    async with database.read() as session:
        assert await book_faults(session) == []
        account = await session.get_one(Account, (user, "paper"))
        assert account.cash_amount == 0, "20,500 were given already, more than a new account begins with"
        wallet = (
            await session.scalars(select(StrategyWallet).where(StrategyWallet.strategy_id == old))
        ).one()
        assert (wallet.fees_paid, wallet.deployed_amount) == (Decimal(3), Decimal(121))
        position = (await session.scalars(select(Position).where(Position.strategy_id == old))).one()
        assert (position.shares, position.cost_amount) == (Decimal(295), Decimal(121))
    await database.close()
