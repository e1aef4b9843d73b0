"""The generated market place: everything a venue can be asked, computed when asked."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

from sandbox.clock import DAY, HOUR, MINUTE
from sandbox.generator.categories import TAGS
from sandbox.generator.depth import wire_levels
from sandbox.generator.event_lines import (
    MARKETS_PER_EVENT,
    SEQUENCES,
    EventLine,
    event_of,
    make_lines,
    market_number_of_condition,
    market_number_of_token,
)
from sandbox.generator.impulses import CategoryNews
from sandbox.generator.interventions import Interventions
from sandbox.generator.market_state import MarketStates
from sandbox.generator.price_board import PriceBoard
from sandbox.generator.trade_flow import Fill, TradeFlow
from sandbox.generator.traders import holdings_of, trader_of, transaction_of
from sandbox.listing import EventListing, MarketListing, Tag
from sandbox.seeded import mix
from sandbox.venue import Book, Holding, MarketFigures, MarketState, Trade

CLOSED_SHOWN_FOR = 7 * DAY
CLOSED_SHOWN_PER_LINE = 6
CHANGE_GRID = 5 * MINUTE
CENT = Decimal("0.01")


class GeneratedVenue:
    """Implements sandbox.venue.Venue. Prices, books and trades depend only on seed and time (and on the admin's acts)."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lines = make_lines(seed)
        self._board = PriceBoard(CategoryNews(seed, self._lines))
        self._flow = TradeFlow()
        self._states = MarketStates(self._board)
        self._acts = Interventions(self._states, self._board)
        self._listed: tuple[int, int, tuple[EventListing, ...], tuple[MarketListing, ...]] = (0, -1, (), ())
        self._figures: dict[str, tuple[int, bool, MarketFigures]] = {}
        self._books: dict[str, Book] = {}

    def tags(self) -> Sequence[Tag]:
        return tuple(TAGS.values())

    def events(self, at_ms: int) -> Sequence[EventListing]:
        return self._listing(at_ms)[2]

    def markets(self, at_ms: int) -> Sequence[MarketListing]:
        return self._listing(at_ms)[3]

    def _listing(self, at_ms: int) -> tuple[int, int, tuple[EventListing, ...], tuple[MarketListing, ...]]:
        valid_from, valid_until, _, _ = self._listed
        if valid_from <= at_ms < valid_until:
            return self._listed
        events: list[EventListing] = []
        next_change = at_ms + HOUR
        for line in self._lines:
            newest = line.sequence_at(at_ms)
            next_change = min(next_change, line.opens(newest + 1))
            for sequence in range(newest, newest - 1 - CLOSED_SHOWN_PER_LINE, -1):
                event = event_of(line, sequence)
                if event.closes_ms < at_ms - CLOSED_SHOWN_FOR:
                    break
                events.append(event)
        markets = tuple(market for event in events for market in event.markets)
        self._listed = (at_ms, next_change, tuple(events), markets)
        return self._listed

    def line_of(self, market: MarketListing) -> tuple[EventLine, int]:
        number, sequence = divmod(int(market.event_id), SEQUENCES)
        return self._lines[number - 1], sequence

    def event_by_id(self, event_id: str, at_ms: int) -> EventListing | None:
        if not event_id.isascii() or not event_id.isdigit() or len(event_id) > 12:
            return None
        number, sequence = divmod(int(event_id), SEQUENCES)
        if not 1 <= number <= len(self._lines):
            return None
        line = self._lines[number - 1]
        if sequence > line.sequence_at(at_ms):
            return None
        return event_of(line, sequence)

    def event_by_slug(self, slug: str, at_ms: int) -> EventListing | None:
        event = self.event_by_id(slug.rpartition("-")[2], at_ms)
        return event if event is not None and event.slug == slug else None

    def market_by_id(self, market_id: str, at_ms: int) -> MarketListing | None:
        if not market_id.isascii() or not market_id.isdigit() or len(market_id) > 14:
            return None
        number, index = divmod(int(market_id), MARKETS_PER_EVENT)
        event = self.event_by_id(str(number), at_ms)
        return event.markets[index] if event is not None and index < len(event.markets) else None

    def market_by_slug(self, slug: str, at_ms: int) -> MarketListing | None:
        market = self.market_by_id(slug.rpartition("-")[2], at_ms)
        return market if market is not None and market.slug == slug else None

    def market_by_token(self, token_id: str, at_ms: int) -> MarketListing | None:
        found = market_number_of_token(token_id)
        market = self.market_by_id(str(found[0]), at_ms) if found else None
        return market if market is not None and token_id in market.token_ids else None

    def market_by_condition(self, condition_id: str, at_ms: int) -> MarketListing | None:
        number = market_number_of_condition(condition_id.lower())
        market = self.market_by_id(str(number), at_ms) if number is not None else None
        return market if market is not None and market.condition_id == condition_id.lower() else None

    def state(self, market: MarketListing, at_ms: int) -> MarketState:
        line, sequence = self.line_of(market)
        return self._states.of(line, sequence, market, at_ms)

    def changed_at(self, market: MarketListing, at_ms: int) -> int:
        line, sequence = self.line_of(market)
        return self._board.changed_at(line, sequence, at_ms)

    def book(self, token_id: str, at_ms: int) -> Book | None:
        market = self.market_by_token(token_id, at_ms)
        if market is None or self.state(market, at_ms).closed:
            return None
        line, sequence = self.line_of(market)
        changed = self._board.changed_at(line, sequence, at_ms)
        last = self.last_trade(token_id, at_ms)
        last_text = "" if last is None else format(last.price.normalize(), "f")
        known = self._books.get(token_id)
        if known is not None and known.at_ms == changed and known.last_trade == last_text:
            return known
        outcome = market.token_ids.index(token_id)
        quotes = self._board.quotes(line, sequence, market, changed)
        bids, asks = self._board.sides(line, market, quotes, changed, self._thickness(line, market))
        if outcome:
            bids, asks = asks, bids
        book = Book(
            market, token_id, changed, wire_levels(bids, quotes.ticks_in_one, bool(outcome)),
            wire_levels(asks, quotes.ticks_in_one, bool(outcome)), quotes.tick, last_text,
        )  # fmt: skip
        if len(self._books) > 4096:
            self._books.clear()
        self._books[token_id] = book
        return book

    def _thickness(self, line: EventLine, market: MarketListing) -> float:
        """Busy markets have thicker books: the square root of their turnover, within limits."""
        return min(max(sqrt(self._flow.popularity(line, market) / 110_000.0), 0.45), 12.0)

    def midpoints(self, token_id: str, moments: Sequence[int], at_ms: int) -> list[tuple[int, Decimal]]:
        market = self.market_by_token(token_id, at_ms)
        if market is None:
            return []
        line, sequence = self.line_of(market)
        until = min(at_ms, self._states.closes(line, sequence, market))
        mirrored = token_id == market.token_ids[1]
        found: list[tuple[int, Decimal]] = []
        for moment in moments:
            if market.opens_ms <= moment <= until:
                price = self._board.midpoint(line, sequence, market, moment)
                found.append((moment, 1 - price if mirrored else price))
        return found

    def last_trade(self, token_id: str, at_ms: int) -> Trade | None:
        market = self.market_by_token(token_id, at_ms)
        if market is None:
            return None
        line, _ = self.line_of(market)
        fill = self._flow.last(line, market, at_ms)
        if fill is None:
            return None
        trade = self._trade(market, fill)
        if market.token_ids[trade.outcome] == token_id:
            return trade
        side = "SELL" if trade.side == "BUY" else "BUY"
        return Trade(
            market,
            1 - trade.outcome,
            trade.at_ms,
            side,
            1 - trade.price,
            trade.size,
            trade.wallet,
            trade.transaction_hash,
        )

    def trades(
        self, market: MarketListing, after_ms: int, until_ms: int, min_cash: Decimal = Decimal(0)
    ) -> Sequence[Trade]:
        line, sequence = self.line_of(market)
        until = min(until_ms, self._states.closes(line, sequence, market))
        least = float(min_cash) * 0.98
        made = (
            self._trade(market, fill) for fill in self._flow.between(line, market, after_ms, until, least)
        )
        return [trade for trade in made if trade.price * trade.size >= min_cash]

    def _trade(self, market: MarketListing, fill: Fill) -> Trade:
        line, sequence = self.line_of(market)
        quotes = self._board.quotes(
            line, sequence, market, self._board.changed_at(line, sequence, fill.at_ms)
        )
        buys_first = fill.buys == (fill.outcome == 0)
        price = Decimal(quotes.ask if buys_first else quotes.bid) / quotes.ticks_in_one
        if fill.outcome:
            price = 1 - price
        size = max((Decimal(fill.dollars) / price).quantize(CENT), CENT)
        trader = trader_of(self._seed, market, fill.key, fill.dollars)
        side = "BUY" if fill.buys else "SELL"
        return Trade(market, fill.outcome, fill.at_ms, side, price, size, trader, transaction_of(fill.key))

    def holdings(self, market: MarketListing, at_ms: int) -> Sequence[Holding]:
        line, _ = self.line_of(market)
        open_interest = self._flow.rough_volume(line, market, at_ms) * 0.3
        return holdings_of(self._seed, market, open_interest, at_ms)

    def figures(self, market: MarketListing, at_ms: int) -> MarketFigures:
        line, sequence = self.line_of(market)
        changed = self._board.changed_at(line, sequence, at_ms)
        closed = self.state(market, at_ms).closed
        known = self._figures.get(market.id)
        if known is not None and known[0] == changed and known[1] == closed:
            return known[2]
        made = self._make_figures(line, sequence, market, changed if not closed else at_ms, at_ms)
        if len(self._figures) > 8192:
            self._figures.clear()
        self._figures[market.id] = (changed, closed, made)
        return made

    def _make_figures(
        self, line: EventLine, sequence: int, market: MarketListing, moment: int, at_ms: int
    ) -> MarketFigures:
        until = min(moment, self._states.closes(line, sequence, market))
        quotes = self._board.quotes(line, sequence, market, until)
        price = quotes.midpoint
        payouts = self.state(market, at_ms).payouts
        grid = until // CHANGE_GRID * CHANGE_GRID
        past = [max(grid - span, market.opens_ms) for span in (HOUR, DAY, 7 * DAY, 30 * DAY)]
        changes = [price - self._board.midpoint(line, sequence, market, then) for then in past]
        last = None if payouts else self.last_trade(market.token_ids[0], at_ms)
        volume = self._flow.volume(line, market, until)
        spans = [
            Decimal(volume - self._flow.rough_volume(line, market, at_ms - span)).quantize(CENT)
            for span in (DAY, 7 * DAY, 30 * DAY)
        ]
        dead = payouts is not None
        return MarketFigures(
            prices=payouts or (price, 1 - price),
            best_bid=None if dead else Decimal(quotes.bid) / quotes.ticks_in_one,
            best_ask=None if dead else Decimal(quotes.ask) / quotes.ticks_in_one,
            last_trade=last.price if last else payouts[0] if payouts else None,
            changes=(changes[0], changes[1], changes[2], changes[3]),
            volume=Decimal(volume).quantize(Decimal("0.000001")),
            volume_24h=max(spans[0], Decimal(0)), volume_week=max(spans[1], Decimal(0)), volume_month=max(spans[2], Decimal(0)),
            liquidity=Decimal(0) if dead else self._liquidity(line, sequence, market, until), tick=quotes.tick,
        )  # fmt: skip

    def _liquidity(self, line: EventLine, sequence: int, market: MarketListing, moment: int) -> Decimal:
        """Dollars resting on both sides, as of the last full quarter of an hour."""
        moment = max(moment // (15 * MINUTE) * 15 * MINUTE, market.opens_ms)
        return self._board.liquidity(line, sequence, market, moment, self._thickness(line, market))

    def propose(self, market: MarketListing, outcome: int | None, at_ms: int) -> None:
        self._acts.propose(*self.line_of(market), market, outcome, at_ms)
        self._figures.clear()

    def dispute(self, market: MarketListing, at_ms: int) -> None:
        self._acts.dispute(*self.line_of(market), market, at_ms)

    def resolve(self, market: MarketListing, outcome: int | None, at_ms: int) -> None:
        self._acts.resolve(*self.line_of(market), market, outcome, at_ms)
        self._figures.clear()

    def force_price(self, market: MarketListing, price: Decimal, at_ms: int) -> None:
        self._acts.force_price(*self.line_of(market), market, price, at_ms)
        self._figures.clear()

    def description(self, at_ms: int) -> dict[str, object]:
        markets = self.markets(at_ms)
        closed = sum(self.state(market, at_ms).closed for market in markets)
        return {
            "source": "generated",
            "seed": self._seed,
            "open_markets": len(markets) - closed,
            "closed_markets": closed,
        }


def market_key(line: EventLine, market: MarketListing) -> int:
    return mix(line.key, int(market.id), 80)
