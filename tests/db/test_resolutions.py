"""Capital stays deployed until a market has its last word; then its shares pay exactly, once."""

from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import select, update

from db.models import Order, Position, PositionLot, StrategyWallet
from db.repositories.order_settlement import Fill, book_sale, money_of, release_rest
from db.session import WriteSession
from domain.market.resolution import ClobWord
from domain.money import Price, Shares, proceeds_of
from tests.desk import Desk, fill_of, in_order, now
from tests.ended_markets import end, look, new_market, sale_of, say, standing, told, trades

HALF = Decimal("0.5")


async def test_a_winning_position_is_paid_one_per_share_and_closed(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    entry = await desk.bought(strategy, "40", market)
    before = await desk.wallet(strategy)
    end(desk, market, "1")
    assert (await look(desk)).paid == 1
    wallet, position = await desk.wallet(strategy), await desk.position(strategy)
    cost = entry.filled_amount + entry.fee
    gained = entry.filled_shares - cost
    assert wallet.realised_pnl == position.realised_pnl == gained
    assert wallet.available_amount == before.available_amount + entry.filled_shares
    assert {wallet.deployed_amount, wallet.reserved_amount, position.shares, position.cost_amount} == {0}
    assert (position.close_reason, position.closed_at is not None) == ("resolved", True)
    (trade,) = await trades(desk, market)
    assert (trade.status, trade.exit_price, trade.pnl) == ("settled", Decimal(1), gained)
    assert trade.closed_at is not None
    ((kind, sentence),) = await told(desk, market)
    assert kind == "market_resolved"
    assert sentence == f"Market “Will {market} happen?” resolved YES: +${gained.quantize(Decimal('0.01'))}"
    row = await standing(desk, market)
    assert (row.state, row.winner) == ("resolved", "Yes")
    assert row.payouts == {f"{market}-yes": "1", f"{market}-no": "0"}
    assert row.final_at is not None


async def test_a_losing_position_pays_nothing_and_still_closes(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    entry = await desk.bought(strategy, "40", market)
    end(desk, market, "0")
    assert (await look(desk)).paid == 1
    wallet = await desk.wallet(strategy)
    cost = entry.filled_amount + entry.fee
    assert wallet.realised_pnl == -cost
    assert wallet.available_amount == 500 - cost
    assert wallet.deployed_amount == 0
    (trade,) = await trades(desk, market)
    assert (trade.status, trade.exit_price, trade.pnl) == ("settled", Decimal(0), -cost)
    ((_, sentence),) = await told(desk, market)
    assert sentence.endswith(f"resolved NO: −${cost.quantize(Decimal('0.01'))}")


async def test_a_void_market_pays_a_half_for_every_share(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    yes = await desk.bought(strategy, "40", market)
    end(desk, market, "0.5")
    await look(desk)
    wallet = await desk.wallet(strategy)
    paid = proceeds_of(Price(HALF), Shares(yes.filled_shares))
    assert wallet.realised_pnl == paid - yes.filled_amount - yes.fee
    assert (await standing(desk, market)).state == "void"
    assert (await standing(desk, market)).winner is None
    assert "was void and paid half" in (await told(desk, market))[0][1]


async def test_both_outcomes_of_a_market_are_paid_together_and_told_in_one_sentence(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    yes = await desk.bought(strategy, "40", market)
    order = await desk.plan(strategy, "30", market, token_id=f"{market}-no", outcome="No")
    assert await desk.reserve(order) == "reserved"
    await desk.fill(order)
    no = await desk.order(order)
    end(desk, market, "1")
    assert (await look(desk)).paid == 1
    cost = yes.filled_amount + yes.fee + no.filled_amount + no.fee
    assert (await desk.wallet(strategy)).realised_pnl == yes.filled_shares - cost
    assert len(await told(desk, market)) == 1
    assert [trade.exit_price for trade in await trades(desk, market)] == [1, 0]


async def test_a_partial_exit_before_the_end_is_part_of_the_average_and_of_the_profit(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    entry = await desk.bought(strategy, "40", market)
    sale = await sale_of(desk, strategy, market, "30")
    assert await desk.reserve(sale) == "reserved"
    await in_order(desk, sale, partial(_sell, fill_of(sale, "30", "0.50", fee="0")))
    await in_order(desk, sale, _finish)
    end(desk, market, "1")
    await look(desk)
    held = entry.filled_shares - 30
    (trade,) = await trades(desk, market)
    cost = entry.filled_amount + entry.fee
    assert trade.exit_price is not None
    average = (30 * HALF + held) / entry.filled_shares
    assert abs(trade.exit_price - average) <= Decimal("0.00000002")
    assert trade.pnl == 15 + held - cost == (await desk.wallet(strategy)).realised_pnl


async def test_every_lot_and_every_strategy_gets_its_own_share(desk: Desk) -> None:
    await desk.open("3000", "500", "500", "500")
    first, second, third = desk.strategies
    market, other = new_market(desk), new_market(desk, "0.60")
    lots = [await desk.bought(first, amount, market) for amount in ("11.11", "23.45", "7.77")]
    alone = await desk.bought(second, "33.33", market)
    await desk.bought(third, "20", other)
    end(desk, market, "0.5")
    assert (await look(desk)).paid == 2
    rows = await trades(desk, market)
    assert len(rows) == 4
    wallet = await desk.wallet(first)
    assert sum(trade.pnl or 0 for trade in rows if trade.strategy_id == first) == wallet.realised_pnl
    shares = sum((lot.filled_shares for lot in lots), Decimal(0))
    spent = sum(lot.filled_amount + lot.fee for lot in lots)
    assert wallet.realised_pnl == proceeds_of(Price(HALF), Shares(shares)) - spent
    assert (await desk.wallet(second)).realised_pnl == proceeds_of(
        Price(HALF), Shares(alone.filled_shares)
    ) - (alone.filled_amount + alone.fee)
    assert (await desk.wallet(third)).deployed_amount > 0
    async with desk.database.read() as session:
        left = await session.scalars(
            select(PositionLot.shares_left)
            .join(Position, Position.id == PositionLot.position_id)
            .where(Position.market_id == market)
        )
        assert set(left) == {Decimal(0)}


async def test_capital_stays_deployed_until_the_last_word_also_when_a_proposal_flips(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    await desk.bought(strategy, "40", market)
    before = await desk.wallet(strategy)

    async def nothing_moved() -> None:
        for _ in range(2):
            assert (await look(desk)).paid == 0
        wallet = await desk.wallet(strategy)
        assert (wallet.deployed_amount, wallet.available_amount) == (
            before.deployed_amount,
            before.available_amount,
        )

    for price, status, statuses in (
        ("0.99", None, ()),
        ("0.99", "proposed", ("proposed",)),
        ("0.97", "disputed", ("proposed", "disputed")),
        ("0.03", "proposed", ("proposed", "disputed", "proposed")),
    ):
        say(desk, market, price, status, *statuses)
        await nothing_moved()
    say(desk, market, "0", None, closed=True)
    await nothing_moved()
    say(desk, market, "0", "resolved", "proposed", "disputed", "proposed", closed=True)
    assert (await look(desk)).paid == 1
    assert (await look(desk)) == (0, 0, 0)
    assert [kind for kind, _ in await told(desk, market)] == [
        "market_proposed",
        "market_disputed",
        "market_proposed",
        "market_resolved",
    ]
    row = await standing(desk, market)
    steps = [(step["state"], step["proposed_outcome"]) for step in row.history]
    assert steps[:3] == [("proposed", "Yes"), ("disputed", "Yes"), ("proposed", "No")]
    assert steps[-1] == ("resolved", None)


async def test_a_closed_market_whose_listing_lags_is_final_when_the_other_service_names_the_winner(
    desk: Desk,
) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    await desk.bought(strategy, "40", market)
    say(desk, market, "1", None, closed=True)
    assert (await look(desk)).paid == 0
    desk.markets.clob[f"0x{market}"] = ClobWord(closed=True, winners=(f"{market}-no",))
    assert (await look(desk)).paid == 0
    desk.markets.clob[f"0x{market}"] = ClobWord(closed=True, winners=(f"{market}-yes",))
    assert (await look(desk)).paid == 1


async def test_a_last_word_is_never_replaced(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    await desk.bought(strategy, "40", market)
    end(desk, market, "1")
    await look(desk)
    final = await standing(desk, market)
    end(desk, market, "0")
    await look(desk)
    again = await standing(desk, market)
    assert (again.payouts, again.final_at, again.history) == (final.payouts, final.final_at, final.history)


async def test_what_a_market_pays_covers_a_shortfall_first(desk: Desk) -> None:
    await desk.open("1000", "50")
    (strategy,) = desk.strategies
    market = new_market(desk)
    order = await desk.plan(strategy, "40", market)
    assert await desk.reserve(order) == "reserved"
    async with desk.database.write() as session:
        await session.execute(update(Order).where(Order.id == order).values(amount=Decimal(60)))
    await desk.fill(order)
    short = (await desk.wallet(strategy)).shortfall_amount
    assert short > 0
    end(desk, market, "1")
    await look(desk)
    wallet = await desk.wallet(strategy)
    assert wallet.shortfall_amount == 0
    assert wallet.available_amount > 0


async def test_the_end_date_that_the_venue_says_now_is_kept_for_rules_that_leave_before_it(
    desk: Desk,
) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    await desk.bought(strategy, "40", market)
    await look(desk)
    known = desk.markets.all[market]
    assert (await standing(desk, market)).ends_at == known.end_at
    assert known.end_at is not None
    moved = known.end_at.replace(year=2031)
    desk.markets.all[market] = known.model_copy(update={"end_at": moved})
    await look(desk)
    assert (await standing(desk, market)).ends_at == moved
    assert (await standing(desk, market)).state == "open"


@pytest.mark.parametrize("price", ["1", "0", "0.5"])
async def test_nothing_is_lost_between_cost_payment_and_profit(desk: Desk, price: str) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk, "0.37")
    for amount in ("13.37", "1.01", "77.7"):
        await desk.bought(strategy, amount, market)
    end(desk, market, price)
    await look(desk)
    wallet: StrategyWallet = await desk.wallet(strategy)
    assert wallet.available_amount == 500 + wallet.realised_pnl


async def _sell(fill: Fill, session: WriteSession, order: Order) -> bool:
    return await book_sale(session, order, fill, now())


async def _finish(session: WriteSession, order: Order) -> None:
    await release_rest(session, await money_of(session, order), order, now())
    order.status, order.final_at = "cancelled", now()
