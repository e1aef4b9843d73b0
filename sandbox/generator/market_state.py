"""Open, ended, proposed, disputed, resolved: by the calendar of the event, or as the admin endpoints say."""

from decimal import Decimal

from sandbox.generator.event_lines import EventLine
from sandbox.generator.price_board import PriceBoard
from sandbox.listing import MarketListing
from sandbox.venue import MarketState

ONE, ZERO, HALF = Decimal(1), Decimal(0), Decimal("0.5")
OPEN = MarketState(False, True, "none", None, None)
PROPOSED = MarketState(False, True, "proposed", None, None, ("proposed",))
NEVER = 1 << 60


class MarketStates:
    def __init__(self, board: PriceBoard) -> None:
        self._board = board
        self._forced: dict[str, tuple[int, int | None]] = {}
        self._said: dict[str, list[tuple[int, str]]] = {}

    def resolve(self, market: MarketListing, outcome: int | None, at_ms: int) -> None:
        self._forced.setdefault(market.id, (at_ms, outcome))

    def say(self, line: EventLine, sequence: int, market: MarketListing, word: str, at_ms: int) -> None:
        """`proposed` or `disputed`. From the first word on the calendar does not end the market any more."""
        before = self.of(line, sequence, market, at_ms).statuses
        said = self._said.setdefault(market.id, [(market.ends_ms, word) for word in before])
        said.append((at_ms, word))

    def closes(self, line: EventLine, sequence: int, market: MarketListing) -> int:
        forced = self._forced.get(market.id)
        if forced is not None:
            return forced[0]
        return NEVER if market.id in self._said else market.closes_ms

    def _words(self, market: MarketListing, at_ms: int) -> tuple[str, ...]:
        return tuple(word for moment, word in self._said[market.id] if moment <= at_ms)

    def of(self, line: EventLine, sequence: int, market: MarketListing, at_ms: int) -> MarketState:
        # Asked for every market of every listing, and hardly any was ever spoken of.
        said = self._words(market, at_ms) if market.id in self._said else ()
        forced = self._forced.get(market.id)
        if forced is not None and forced[0] <= at_ms:
            return _resolved(market, forced[0], _payouts(forced[1]), said)
        if said:
            return MarketState(False, True, said[-1], None, None, said)
        if at_ms < market.ends_ms:
            return OPEN
        if at_ms < market.closes_ms:
            return OPEN if market.native_resolution else PROPOSED
        wins = self._board.path(line, sequence).winners()[market.index]
        return _resolved(market, market.closes_ms, _payouts(0 if wins else 1), said)


def _resolved(
    market: MarketListing, at_ms: int, payouts: tuple[Decimal, Decimal], said: tuple[str, ...]
) -> MarketState:
    """Without an oracle nobody proposes: then the list of what was proposed is empty."""
    usual = () if market.native_resolution else ("proposed",)
    return MarketState(True, False, "resolved", at_ms, payouts, said or usual)


def _payouts(outcome: int | None) -> tuple[Decimal, Decimal]:
    if outcome is None:
        return HALF, HALF
    return (ONE, ZERO) if outcome == 0 else (ZERO, ONE)
