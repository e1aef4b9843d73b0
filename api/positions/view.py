"""From the books to what the API shows of a position."""

from api.decimal_text import DecimalText
from api.pnl.read_quotes import Quotes
from api.positions.schemas import (
    ExitRequestView,
    LotView,
    MarkView,
    PositionExitView,
    PositionView,
)
from db.models import ExitRequest, PositionExit, PositionLot
from db.repositories.account_books import OpenPosition
from db.repositories.position_views import PositionRecord
from domain.money import Shares, Usdc
from domain.portfolio.marks import Mark

UNREAD = MarkView(basis="unread", price=None, value=None, unrealised=None, observed_at=None)
PRICE_DIGITS = 8


def held_of(record: PositionRecord) -> OpenPosition:
    position = record.position
    return OpenPosition(
        id=position.id,
        market_id=position.market_id,
        question=position.question,
        token_id=position.token_id,
        outcome=position.outcome,
        shares=Shares(position.shares),
        cost=Usdc(position.cost_amount),
    )


def request_view(request: ExitRequest) -> ExitRequestView:
    return ExitRequestView.model_validate(
        {name: getattr(request, name) for name in ExitRequestView.model_fields}
    )


def exit_view(row: PositionExit) -> PositionExitView:
    return PositionExitView.model_validate(
        {
            **row.settings,
            "state": row.state,
            "sequence": row.sequence,
            "peak_price": row.peak_price,
            "activated_at": row.activated_at,
            "origin": row.origin,
        }
    )


def lot_view(lot: PositionLot, entry_price: DecimalText | None) -> LotView:
    return LotView(
        id=lot.id,
        order_id=lot.entry_order_id,
        shares=lot.shares,
        shares_left=lot.shares_left,
        cost=lot.cost_amount,
        cost_left=lot.cost_left,
        entry_price=entry_price,
        opened_at=lot.opened_at,
    )


def mark_view(record: PositionRecord, quotes: Quotes | None) -> MarkView | None:
    """`quotes` None: the venue did not answer."""
    position = record.position
    if position.closed_at is not None:
        return None
    quote = quotes.get(position.token_id) if quotes is not None else None
    if quote is None:
        return UNREAD
    mark = Mark(shares=Shares(position.shares), cost=Usdc(position.cost_amount), quote=quote)
    return MarkView(
        basis=quote.basis.value,
        price=quote.price,
        value=mark.value,
        unrealised=mark.unrealised,
        observed_at=quote.observed_at,
    )


def position_view(record: PositionRecord, quotes: Quotes | None) -> PositionView:
    position, price = record.position, record.average_price
    return PositionView.model_validate(
        {
            "id": position.id,
            "strategy_id": position.strategy_id,
            "strategy_name": record.strategy_name,
            "mode": position.mode,
            "source": position.source,
            "market_id": position.market_id,
            "condition_id": position.condition_id,
            "question": position.question,
            "token_id": position.token_id,
            "outcome": position.outcome,
            "shares": position.shares,
            "offered_shares": position.offered_shares,
            "cost": position.cost_amount,
            "average_price": round(price, PRICE_DIGITS) if price is not None else None,
            "realised_pnl": position.realised_pnl,
            "opened_at": position.opened_at,
            "closed_at": position.closed_at,
            "close_reason": position.close_reason,
            "mark": mark_view(record, quotes),
            "exits": [exit_view(row) for row in record.exits],
            "open_requests": [request_view(request) for request in record.requests],
        }
    )
