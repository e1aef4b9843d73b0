"""The moves that things which happen make: transfers of capital, reservations, fills, sales. Amounts of zero make none."""

from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.money import Usdc
from domain.portfolio.ledger import UNDONE, Ledger, Move, Place, Totals

CASH = Place(ledger=Ledger.CASH)
EXTERNAL = Place(ledger=Ledger.EXTERNAL)


class Sold(BaseModel):
    """One fill of a sale: what it brought before and the fee on it, and what the sold shares had cost, fee included."""

    model_config = ConfigDict(frozen=True)

    gross: Usdc
    fee: Usdc
    cost: Usdc

    @property
    def net(self) -> Usdc:
        return Usdc(self.gross - self.fee)

    @property
    def pnl(self) -> Usdc:
        return Usdc(self.net - self.cost)


def _move(
    kind: str, reference: UUID, credit: Place, debit: Place, amount: Decimal, reason: str
) -> list[Move]:
    if amount == 0:
        return []
    return [
        Move(
            kind=kind,
            reference_id=reference,
            credit=credit,
            debit=debit,
            amount=Usdc(amount),
            reason=reason,
        )
    ]


def _of(strategy_id: UUID, ledger: Ledger) -> Place:
    return Place(ledger=ledger, strategy_id=strategy_id)


def opening(user_id: UUID, amount: Usdc, mode: str) -> list[Move]:
    """Money that an account begins with."""
    return _move("opening", user_id, EXTERNAL, CASH, amount, f"opening balance of the {mode} account")


def give(reference: UUID, strategy_id: UUID, amount: Usdc, totals: Totals, reason: str) -> list[Move]:
    """Cash becomes available to the strategy; a shortfall is covered first."""
    moves = _move("allocated", reference, CASH, _of(strategy_id, Ledger.AVAILABLE), amount, reason)
    return moves + _cover(reference, strategy_id, amount, totals)


def take_back(reference: UUID, strategy_id: UUID, amount: Usdc, reason: str) -> list[Move]:
    """Available capital becomes cash."""
    return _move("taken_back", reference, _of(strategy_id, Ledger.AVAILABLE), CASH, amount, reason)


def rebalance(
    reference: UUID, giver: UUID, taker: UUID, amount: Usdc, taker_totals: Totals, reason: str
) -> list[Move]:
    """Available capital of one strategy becomes available to another, in one move."""
    moves = _move(
        "rebalanced",
        reference,
        _of(giver, Ledger.AVAILABLE),
        _of(taker, Ledger.AVAILABLE),
        amount,
        reason,
    )
    return moves + _cover(reference, taker, amount, taker_totals)


def reserve(order_id: UUID, strategy_id: UUID, amount: Usdc, reason: str) -> list[Move]:
    """Set aside for an order: its amount and the highest fee."""
    available, reserved = _of(strategy_id, Ledger.AVAILABLE), _of(strategy_id, Ledger.RESERVED)
    return _move("reserved", order_id, available, reserved, amount, reason)


def release(order_id: UUID, strategy_id: UUID, amount: Usdc, reason: str) -> list[Move]:
    """What an order that is final did not need."""
    available, reserved = _of(strategy_id, Ledger.AVAILABLE), _of(strategy_id, Ledger.RESERVED)
    return _move("released", order_id, reserved, available, amount, reason)


def bought(
    fill_id: UUID, strategy_id: UUID, cost: Usdc, fee: Usdc, reserved_left: Usdc, reason: str
) -> list[Move]:
    """A fill: cost and fee become deployed, out of what is still reserved; what exceeds it is a shortfall.

    The venue's facts are always booked. `cost` is without the fee.
    """
    place = {ledger: _of(strategy_id, ledger) for ledger in Ledger}
    missing = max(cost + fee - reserved_left, Decimal(0))
    moves = _move(
        "shortfall",
        fill_id,
        place[Ledger.SHORTFALL],
        place[Ledger.RESERVED],
        missing,
        "beyond the reservation",
    )
    moves += _move("bought", fill_id, place[Ledger.RESERVED], place[Ledger.DEPLOYED], cost, reason)
    moves += _move("buy_fee", fill_id, place[Ledger.RESERVED], place[Ledger.FEES], fee, "fee of the venue")
    moves += _move(
        "buy_fee_in_cost", fill_id, place[Ledger.FEES], place[Ledger.DEPLOYED], fee, "fees are inside cost"
    )
    return moves


def sold(fill_id: UUID, strategy_id: UUID, sale: Sold, reason: str, *, final: bool) -> list[Move]:
    """A fill of a sale: cost leaves deployed, the proceeds are available (`final`) or settling, the rest is P&L."""
    target = _of(strategy_id, Ledger.AVAILABLE if final else Ledger.SETTLING)
    deployed, pnl = _of(strategy_id, Ledger.DEPLOYED), _of(strategy_id, Ledger.REALISED_PNL)
    fees = _of(strategy_id, Ledger.FEES)
    returned = min(sale.cost, sale.gross)
    moves = _move("sold", fill_id, deployed, target, returned, reason)
    moves += _move("gain", fill_id, pnl, target, sale.gross - returned, reason)
    moves += _move("loss", fill_id, deployed, pnl, sale.cost - returned, reason)
    moves += _move("sale_fee", fill_id, target, fees, sale.fee, "fee of the venue")
    return moves + _move("sale_fee_in_pnl", fill_id, fees, pnl, sale.fee, "fees lower the gain")


def resolved(
    redemption_id: UUID, strategy_id: UUID, paid: Sold, totals: Totals, reason: str, *, final: bool
) -> list[Move]:
    """Shares of a market that ended: their cost leaves deployed, what they paid is available (`final`) or settling.

    A share that pays nothing is all loss. What becomes available covers a shortfall first.
    """
    target = _of(strategy_id, Ledger.AVAILABLE if final else Ledger.SETTLING)
    deployed, pnl = _of(strategy_id, Ledger.DEPLOYED), _of(strategy_id, Ledger.REALISED_PNL)
    returned = min(paid.cost, paid.gross)
    moves = _move("resolved", redemption_id, deployed, target, returned, reason)
    moves += _move("gain", redemption_id, pnl, target, paid.gross - returned, reason)
    moves += _move("loss", redemption_id, deployed, pnl, paid.cost - returned, reason)
    return moves + (_cover(redemption_id, strategy_id, paid.gross, totals) if final else [])


def written_off(reference: UUID, strategy_id: UUID, cost: Usdc, reason: str) -> list[Move]:
    """Shares that are too few to sell: all that they cost is loss."""
    deployed, pnl = _of(strategy_id, Ledger.DEPLOYED), _of(strategy_id, Ledger.REALISED_PNL)
    return _move("written_off", reference, deployed, pnl, cost, reason)


def settled(fill_id: UUID, strategy_id: UUID, amount: Usdc, totals: Totals, reason: str) -> list[Move]:
    """Proceeds that are final now; a shortfall is covered first."""
    settling, available = _of(strategy_id, Ledger.SETTLING), _of(strategy_id, Ledger.AVAILABLE)
    moves = _move("settled", fill_id, settling, available, amount, reason)
    return moves + _cover(fill_id, strategy_id, amount, totals)


def cover(reference: UUID, strategy_id: UUID, totals: Totals) -> list[Move]:
    """Covers a shortfall as far as available capital goes."""
    return _cover(reference, strategy_id, Usdc(Decimal(0)), totals)


def reversed_move(move: Move, reason: str) -> Move:
    """What undoes a move, when the chain took back what it stood for."""
    return move.model_copy(
        update={
            "kind": f"{move.kind}{UNDONE}",
            "credit": move.debit,
            "debit": move.credit,
            "reason": reason,
        }
    )


def owed(reference: UUID, strategy_id: UUID, amount: Usdc) -> list[Move]:
    """Shares that never came were sold meanwhile: their cost is owed, and pauses entries until it is covered."""
    deployed, shortfall = _of(strategy_id, Ledger.DEPLOYED), _of(strategy_id, Ledger.SHORTFALL)
    return _move("owed", reference, shortfall, deployed, amount, "sold, but never came")


def not_owed(reference: UUID, strategy_id: UUID, amount: Usdc) -> list[Move]:
    """The sale of shares that never came was taken back too: what was kept for them is available again."""
    deployed, available = _of(strategy_id, Ledger.DEPLOYED), _of(strategy_id, Ledger.AVAILABLE)
    return _move("not_owed", reference, deployed, available, amount, "neither bought nor sold")


def averaged(reference: UUID, strategy_id: UUID, amount: Usdc) -> list[Move]:
    """What was sold of an entry had cost more than its part of what is left of it."""
    deployed, pnl = _of(strategy_id, Ledger.DEPLOYED), _of(strategy_id, Ledger.REALISED_PNL)
    return _move("averaged", reference, deployed, pnl, amount, "cost of what was sold before")


def lacking(reference: UUID, strategy_id: UUID, amount: Usdc) -> list[Move]:
    """The venue takes back what was spent already."""
    available, shortfall = _of(strategy_id, Ledger.AVAILABLE), _of(strategy_id, Ledger.SHORTFALL)
    return _move("lacking", reference, shortfall, available, amount, "taken back by the venue, and spent")


def _cover(reference: UUID, strategy_id: UUID, coming: Usdc, totals: Totals) -> list[Move]:
    amount = min(totals.shortfall, totals.available + coming)
    available, shortfall = _of(strategy_id, Ledger.AVAILABLE), _of(strategy_id, Ledger.SHORTFALL)
    return _move("covered", reference, available, shortfall, amount, "covers what the venue took too much")
