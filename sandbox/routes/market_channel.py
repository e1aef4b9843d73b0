"""The market channel: books on subscription, then what changes; nothing runs while nobody listens."""

import asyncio
from contextlib import suppress

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.listing import MarketListing
from sandbox.local_exchange import Faults, LocalExchange
from sandbox.venue import Book
from sandbox.wire.gamma_market import WireObject
from sandbox.wire.socket_events import (
    best_bid_ask_event,
    book_event,
    last_trade_event,
    new_market_event,
    price_change_event,
    resolved_event,
    tick_size_event,
)

PUSH_SECONDS = 0.25
MOST_ASSETS = 500
"""Above this many assets on one connection the exchange sends no snapshots."""
RESTARTING = 1012


async def market_channel(socket: WebSocket) -> None:
    exchange: LocalExchange = socket.app.state.exchange
    exchange.requests["WS /ws/market"] += 1
    if _is_down(exchange.faults):
        await socket.close(RESTARTING)
        return
    await socket.accept()
    subscriber = Subscriber(exchange, socket)
    tasks = [asyncio.create_task(subscriber.listen()), asyncio.create_task(subscriber.push())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect | RuntimeError):
                raise result
        with suppress(RuntimeError):
            await socket.close(RESTARTING if _is_down(exchange.faults) else 1000)


def _is_down(faults: Faults) -> bool:
    return faults.down and "ws" in faults.services


class Subscriber:
    """One connection: which tokens it follows and what it was shown last."""

    def __init__(self, exchange: LocalExchange, socket: WebSocket) -> None:
        self._exchange = exchange
        self._socket = socket
        self._custom = False
        self._shown: dict[str, Book] = {}
        self._opposite: dict[str, Book] = {}
        self._markets: dict[str, MarketListing] = {}
        self._told_ms: dict[str, int] = {}
        self._newest_ms = exchange.clock.now_ms()

    async def listen(self) -> None:
        while True:
            text = await self._socket.receive_text()
            if text == "PING":
                await self._socket.send_text("PONG")
                continue
            try:
                frame = orjson.loads(text)
                tokens = [str(token) for token in frame.get("assets_ids") or ()]
            except (orjson.JSONDecodeError, AttributeError, TypeError):
                await self._socket.send_text("INVALID OPERATION")
                continue
            if frame.get("operation") == "unsubscribe":
                self._drop(tokens)
            elif frame.get("operation") == "subscribe" or str(frame.get("type", "")).lower() == "market":
                await self._subscribe(tokens, frame)
            else:
                await self._socket.send_text("INVALID OPERATION")

    async def _subscribe(self, tokens: list[str], frame: dict[str, object]) -> None:
        # Naming an asset again without the flag switches it off, as on the exchange.
        self._custom = frame.get("custom_feature_enabled") is True
        now_ms = self._exchange.clock.now_ms()
        books: list[Book] = []
        for token in dict.fromkeys(tokens):
            book = self._exchange.venue.book(token, now_ms)
            if book is None:
                continue
            self._shown[token] = book
            self._markets[book.market.id] = book.market
            self._told_ms.setdefault(book.market.id, now_ms)
            self._remember_opposite(book, now_ms)
            books.append(book)
        if frame.get("initial_dump") is not False and len(self._shown) <= MOST_ASSETS:
            await self._send([book_event(book) for book in books])

    def _remember_opposite(self, book: Book, now_ms: int) -> None:
        first, second = book.market.token_ids
        other = second if book.token_id == first else first
        found = self._exchange.venue.book(other, now_ms)
        if found is not None:
            self._opposite[other] = found

    def _drop(self, tokens: list[str]) -> None:
        for token in tokens:
            self._shown.pop(token, None)
        followed = {book.market.id for book in self._shown.values()}
        self._markets = {
            market_id: market for market_id, market in self._markets.items() if market_id in followed
        }

    async def push(self) -> None:
        while True:
            await asyncio.sleep(PUSH_SECONDS)
            if _is_down(self._exchange.faults):
                return
            if self._exchange.faults.frozen_socket:
                continue
            now_ms = self._exchange.clock.now_ms()
            events = [
                event for market in list(self._markets.values()) for event in self._news_of(market, now_ms)
            ]
            if self._custom:
                events.extend(self._openings(now_ms))
            await self._send(events)

    async def _send(self, events: list[WireObject]) -> None:
        if events:
            await self._socket.send_text(orjson.dumps(events if len(events) > 1 else events[0]).decode())

    def _openings(self, now_ms: int) -> list[WireObject]:
        since, self._newest_ms = self._newest_ms, now_ms
        markets = self._exchange.venue.markets(now_ms)
        return [new_market_event(market) for market in markets if since < market.opens_ms <= now_ms]

    def _news_of(self, market: MarketListing, now_ms: int) -> list[WireObject]:
        venue = self._exchange.venue
        state = venue.state(market, now_ms)
        tokens = [token for token in market.token_ids if token in self._shown]
        if state.closed:
            self._drop(tokens)
            return [resolved_event(market, state)] if self._custom and state.payouts else []
        events: list[WireObject] = []
        if venue.changed_at(market, now_ms) > max(self._shown[token].at_ms for token in tokens):
            events.extend(self._changes(market, tokens, now_ms))
        trades = venue.trades(market, self._told_ms[market.id], now_ms)
        self._told_ms[market.id] = now_ms
        told = [last_trade_event(trade) for trade in trades if market.token_ids[trade.outcome] in tokens]
        if told:
            events.extend(told)
            events.extend(book_event(self._shown[token]) for token in tokens)
        return events

    def _changes(self, market: MarketListing, tokens: list[str], now_ms: int) -> list[WireObject]:
        """Rows of both outcomes come in one frame, also to who follows only one of them."""
        pairs: list[tuple[Book, Book]] = []
        for token in market.token_ids:
            after = self._exchange.venue.book(token, now_ms)
            before = self._shown.get(token) or self._opposite.get(token)
            if after is not None:
                pairs.append((before or after, after))
                self._opposite[token] = after
        change = price_change_event(pairs) if pairs else None
        events = [change] if change else []
        for before, after in pairs:
            if after.token_id not in tokens:
                continue
            self._shown[after.token_id] = after
            if before.tick != after.tick:
                events.append(tick_size_event(before, after))
            if self._custom and (before.best_bid, before.best_ask) != (after.best_bid, after.best_ask):
                events.append(best_bid_ask_event(after))
        return events
