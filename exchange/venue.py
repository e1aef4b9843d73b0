"""Where orders go, in domain words. Implemented by activities/paper_venue.py; a live venue implements the same."""

from typing import Protocol

from domain.orders.venue_order import VenueAnswer, VenueOrder


class Venue(Protocol):
    """Raises exchange.errors.MarketDataUnavailable where asking again does no harm. A question that may have arrived although
    nothing was answered is no error: its answer has the status `unknown`, and `look_up` finds out."""

    binding: bool
    """Whether what it answers has happened, whatever we do then. On paper it happens when it is written down."""

    async def post(self, order: VenueOrder) -> VenueAnswer:
        """The same order may be posted again: the venue has it once."""
        ...

    async def look_up(self, order: VenueOrder) -> VenueAnswer:
        """By the order's own id; `absent` when the venue has never heard of it."""
        ...

    async def cancel(self, order: VenueOrder) -> VenueAnswer:
        """What became of it: `cancelled`, or `matched` when that came first."""
        ...
