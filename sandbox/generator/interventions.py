"""What the admin endpoints do to generated markets: results proposed, disputed and reached, prices that jump."""

from decimal import Decimal

from sandbox.generator.event_lines import EventLine, event_of
from sandbox.generator.market_state import MarketStates
from sandbox.generator.price_board import PriceBoard
from sandbox.listing import MarketListing
from sandbox.venue import VenueRefusal

LOWEST, HIGHEST = Decimal("0.002"), Decimal("0.998")
PROPOSED_PRICES = (Decimal("0.99"), Decimal("0.01"))
"""Of the first outcome, when it or the other one is proposed: people pay nearly all for what is as good as certain."""
TIE = Decimal("0.5")


class Interventions:
    """Each acts at a moment and leaves the past alone. All raise VenueRefusal for a market that is closed."""

    def __init__(self, states: MarketStates, board: PriceBoard) -> None:
        self._states = states
        self._board = board

    def propose(
        self, line: EventLine, sequence: int, market: MarketListing, outcome: int | None, at_ms: int
    ) -> None:
        self._require_open(line, sequence, market, at_ms)
        self._states.say(line, sequence, market, "proposed", at_ms)
        price = TIE if outcome is None else PROPOSED_PRICES[outcome]
        self._board.shock(line, sequence, market, float(price), at_ms)

    def dispute(self, line: EventLine, sequence: int, market: MarketListing, at_ms: int) -> None:
        self._require_open(line, sequence, market, at_ms)
        if self._states.of(line, sequence, market, at_ms).resolution != "proposed":
            raise VenueRefusal(f"market {market.id} has no proposal to dispute")
        self._states.say(line, sequence, market, "disputed", at_ms)

    def resolve(
        self, line: EventLine, sequence: int, market: MarketListing, outcome: int | None, at_ms: int
    ) -> None:
        if self._states.of(line, sequence, market, at_ms).closed:
            raise VenueRefusal(f"market {market.id} is already closed")
        if not market.neg_risk or outcome != 0:
            self._states.resolve(market, outcome, at_ms)
            return
        for other in event_of(line, sequence).markets:
            self._states.resolve(other, 0 if other.id == market.id else 1, at_ms)

    def force_price(
        self, line: EventLine, sequence: int, market: MarketListing, price: Decimal, at_ms: int
    ) -> None:
        self._require_open(line, sequence, market, at_ms)
        if not LOWEST <= price <= HIGHEST:
            raise VenueRefusal(f"price must be between {LOWEST} and {HIGHEST}")
        self._board.shock(line, sequence, market, float(price), at_ms)

    def _require_open(self, line: EventLine, sequence: int, market: MarketListing, at_ms: int) -> None:
        if self._states.of(line, sequence, market, at_ms).closed:
            raise VenueRefusal(f"market {market.id} is closed")
