"""Open, ended, proposed, resolved: by the calendar of the event, or earlier by the admin endpoint."""

from decimal import Decimal

from sandbox.generator.event_lines import EventLine
from sandbox.generator.price_board import PriceBoard
from sandbox.listing import MarketListing
from sandbox.venue import MarketState

ONE, ZERO, HALF = Decimal(1), Decimal(0), Decimal("0.5")
OPEN = MarketState(False, True, "none", None, None)
PROPOSED = MarketState(False, True, "proposed", None, None)


class MarketStates:
    def __init__(self, board: PriceBoard) -> None:
        self._board = board
        self._forced: dict[str, tuple[int, int | None]] = {}

    def resolve(self, market: MarketListing, outcome: int | None, at_ms: int) -> None:
        self._forced.setdefault(market.id, (at_ms, outcome))

    def closes(self, line: EventLine, sequence: int, market: MarketListing) -> int:
        forced = self._forced.get(market.id)
        return min(forced[0], market.closes_ms) if forced else market.closes_ms

    def of(self, line: EventLine, sequence: int, market: MarketListing, at_ms: int) -> MarketState:
        forced = self._forced.get(market.id)
        if forced is not None and forced[0] <= at_ms:
            return MarketState(True, False, "resolved", forced[0], _payouts(forced[1]))
        if at_ms < market.ends_ms:
            return OPEN
        if at_ms < market.closes_ms:
            return OPEN if market.native_resolution else PROPOSED
        wins = self._board.path(line, sequence).winners()[market.index]
        return MarketState(True, False, "resolved", market.closes_ms, _payouts(0 if wins else 1))


def _payouts(outcome: int | None) -> tuple[Decimal, Decimal]:
    if outcome is None:
        return HALF, HALF
    return (ONE, ZERO) if outcome == 0 else (ZERO, ONE)
