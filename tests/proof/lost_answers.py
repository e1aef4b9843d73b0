"""A venue whose first answer is lost: the order is there, and whoever asks again hears of its fill."""

from decimal import Decimal

from domain.money import Price, Shares, Usdc, cost_of, proceeds_of
from domain.orders.venue_order import VenueAnswer, VenueFill, VenueOrder

PRICE = Price(Decimal("0.41"))


class LostAnswers:
    """Implements exchange.venue.Venue: what it answers has happened. It fills everything, once, at PRICE."""

    binding = True

    async def post(self, order: VenueOrder) -> VenueAnswer:
        return VenueAnswer(status="unknown")

    async def look_up(self, order: VenueOrder) -> VenueAnswer:
        shares = order.shares if order.side == "SELL" else Shares(Decimal(50))
        rounded = cost_of if order.side == "BUY" else proceeds_of
        fill = VenueFill(
            trade_id=trade_of(order.id),
            price=PRICE,
            shares=shares,
            amount=rounded(PRICE, shares),
            fee=Usdc(Decimal("0.31")),
        )
        return VenueAnswer(status="matched", fills=(fill,), venue_order_id=f"venue-{order.id}")

    async def cancel(self, order: VenueOrder) -> VenueAnswer:
        return await self.look_up(order)


def trade_of(order_id: object) -> str:
    return f"trade-of-{order_id}"
