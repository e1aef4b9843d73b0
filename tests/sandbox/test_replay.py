"""A recorded capture is replayed exactly: every book on the wire is the recorded snapshot of that moment."""

import asyncio
import gzip
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from polymarket import AsyncPublicClient
from polymarket.models.clob.market_events import MarketEvent, MarketPriceChangeEvent, MarketPriceChangePayload
from polymarket.streams import MarketSpec

from sandbox.clock import MINUTE
from sandbox.config import SandboxConfig
from sandbox.convert_resolvedkit import token_of
from sandbox.replay.capture_files import BadCapture, read_capture
from sandbox.replay.capture_venue import open_capture
from sandbox.serve import running_sandbox
from sandbox.venue import VenueRefusal
from tests.sandbox.conftest import environment_at

START = int(datetime(2026, 11, 22, 10, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(scope="session")
def recorded(shared_data: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """The parquet rows by token and moment, read without any of our code but the token rule."""
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = parquet.read_table(shared_data / "resolvedkit-btc15m-books" / "books.parquet").to_pylist()
    return {(token_of(row["market_id"], row["side"]), row["ts"]): row for row in rows}


def as_floats(levels: Any) -> tuple[list[float], list[float]]:
    """Best first, as in the source."""
    best_first = list(reversed(levels))
    return [float(price) for price, _ in best_first], [float(size) for _, size in best_first]


def test_every_snapshot_is_shown_unaltered_at_its_time(
    capture: Path, recorded: dict[tuple[str, int], dict[str, Any]]
) -> None:
    venue = open_capture(capture, START, repeat=False)
    shift = venue.loop_at(START).shift
    checked = 0
    for (token, moment), row in recorded.items():
        book = venue.book(token, moment + shift)
        assert book is not None
        assert book.at_ms == moment + shift
        assert as_floats(book.bids) == (row["bid_px"], row["bid_sz"])
        assert as_floats(book.asks) == (row["ask_px"], row["ask_sz"])
        checked += 1
    assert checked == len(recorded) == 18832


def test_between_snapshots_the_newest_one_counts_and_nothing_comes_early(capture: Path) -> None:
    venue = open_capture(capture, START, repeat=False)
    source = read_capture(capture)
    token, record = next(iter(source.tokens.items()))
    shift = START - source.first_ms
    for before, after in zip(record.moments[:200], record.moments[1:200], strict=False):
        book = venue.book(token, after + shift - 1)
        assert book is not None
        assert book.at_ms == before + shift
    later = [market for market in venue.loop_at(START).markets if market.opens_ms > START]
    assert later
    assert all(venue.market_by_id(market.id, START) is None for market in later)
    assert all(venue.book(market.token_ids[0], START) is None for market in later)


def test_no_is_the_recorded_book_of_no_not_a_mirror(
    capture: Path, recorded: dict[tuple[str, int], dict[str, Any]]
) -> None:
    venue = open_capture(capture, START, repeat=False)
    market = venue.markets(START)[0]
    at_ms = START + 10 * MINUTE
    shift = venue.loop_at(at_ms).shift
    for token in market.token_ids:
        book = venue.book(token, at_ms)
        assert book is not None
        assert as_floats(book.bids)[0] == recorded[token, book.at_ms - shift]["bid_px"]


def test_history_is_the_midpoints_so_far(capture: Path) -> None:
    venue = open_capture(capture, START, repeat=False)
    market, now = venue.markets(START)[0], START + 12 * MINUTE
    moments = range(START - 5 * MINUTE, START + 20 * MINUTE, MINUTE)
    points = venue.midpoints(market.token_ids[1], moments, now)
    assert [moment for moment, _ in points] == [moment for moment in moments if START <= moment <= now]
    for moment, price in points:
        book = venue.book(market.token_ids[1], moment)
        assert book is not None
        assert book.midpoint == price


def test_markets_close_with_the_recorded_payouts(capture: Path, shared_data: Path) -> None:
    venue = open_capture(capture, START, repeat=False)
    end = START + 200 * MINUTE
    lines = (shared_data / "resolvedkit-btc15m-books" / "markets.csv").read_text().splitlines()[1:]
    payouts = {line.split(",")[0]: Decimal(line.split(",")[-2]) for line in lines}
    markets = venue.markets(end)
    assert len(markets) == len(payouts) == 9
    for market in markets:
        state = venue.state(market, end)
        assert state.closed
        assert state.payouts is not None
        assert state.payouts[0] == payouts[market.condition_id]
        assert venue.book(market.token_ids[0], end) is None


def test_the_loop_begins_again_with_new_ids_and_shifted_times(capture: Path) -> None:
    venue = open_capture(capture, START, repeat=True)
    first, again = venue.loop_at(START), venue.loop_at(START + 400 * MINUTE)
    assert again.number == 2
    assert int(again.markets[0].token_ids[0]) == int(first.markets[0].token_ids[0]) + 2
    assert int(again.markets[0].condition_id, 16) == int(first.markets[0].condition_id, 16) + 2
    at_ms = again.markets[0].opens_ms
    early = venue.book(first.markets[0].token_ids[0], START)
    late = venue.book(again.markets[0].token_ids[0], at_ms)
    assert early is not None
    assert late is not None
    assert (early.bids, early.asks) == (late.bids, late.asks)
    assert late.at_ms - again.shift == early.at_ms - first.shift


async def test_over_the_wire_a_book_names_its_snapshot(
    capture: Path, recorded: dict[tuple[str, int], dict[str, Any]]
) -> None:
    """Recorded time = wire timestamp - shift_ms of /sandbox/status: all an outside check needs."""
    config = SandboxConfig(capture=capture, speed=60)
    async with running_sandbox(config) as base, httpx.AsyncClient(base_url=base, timeout=20) as http:
        shift = (await http.get("/sandbox/status")).json()["shift_ms"]
        async with asyncio.timeout(60):
            seen: set[str] = set()
            while len(seen) < 12:
                markets = (await http.get("/gamma/markets", params={"tag_id": "101", "limit": 100})).json()
                for token in (token for market in markets for token in orjson.loads(market["clobTokenIds"])):
                    book = (await http.get("/clob/book", params={"token_id": token})).json()
                    row = recorded[token, int(book["timestamp"]) - shift]
                    levels = [(level["price"], level["size"]) for level in book["bids"]]
                    assert as_floats(levels) == (row["bid_px"], row["bid_sz"])
                    seen.add(book["timestamp"])


async def first_change(handle: AsyncIterator[MarketEvent]) -> MarketPriceChangePayload:
    async for event in handle:
        if isinstance(event, MarketPriceChangeEvent):
            return event.payload
    raise AssertionError("the stream ended")


async def test_the_sdk_reads_a_replay_and_its_stream(
    capture: Path, recorded: dict[tuple[str, int], dict[str, Any]]
) -> None:
    async with (
        running_sandbox(SandboxConfig(capture=capture, speed=30)) as base,
        AsyncPublicClient(environment=environment_at(base)) as sdk,
        httpx.AsyncClient(base_url=base, timeout=20) as http,
        asyncio.timeout(60),
    ):
        shift = (await http.get("/sandbox/status")).json()["shift_ms"]
        (market,) = (await sdk.list_markets(page_size=10).first_page()).items
        assert (market.outcomes.yes.label, market.outcomes.no.label) == ("Up", "Down")
        assert market.trading.minimum_tick_size == Decimal("0.01")
        assert (await sdk.list_trades(condition_id=str(market.condition_id)).first_page()).items == ()
        tokens = [str(market.outcomes.yes.token_id), str(market.outcomes.no.token_id)]
        books = await sdk.get_order_books(asset_ids=tokens)
        assert all(book.bids[-1].price < book.asks[-1].price for book in books)
        handle = await sdk.subscribe(MarketSpec(token_ids=tokens))
        async with handle:
            payload = await first_change(handle)
        assert payload.timestamp is not None
        for change in payload.price_changes:
            row = recorded[change.asset_id, round(payload.timestamp.timestamp() * 1000) - shift]
            assert (change.best_bid, change.best_ask) == (
                Decimal(repr(row["bid_px"][0])),
                Decimal(repr(row["ask_px"][0])),
            )


def test_start_of_the_simulation_can_be_the_recorded_time(capture: Path) -> None:
    first = read_capture(capture).first_ms
    config = SandboxConfig(capture=capture, start=datetime.fromtimestamp(first / 1000, UTC))
    venue = open_capture(capture, config.start_ms(), repeat=False)
    assert venue.loop_at(config.start_ms()).shift == 0


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("capture.json", b"{}", "capture.json"), ("capture.json", b'{"format":"x","version":1,"name":"n"}', "format"),
        ("markets.jsonl", b'{"id":"x"}\n', "line 1"), ("books.jsonl.gz", b"no gzip", "cannot be read"),
        ("books.jsonl.gz", gzip.compress(b'{"t":1}\n', mtime=0), "line 1"), ("books.jsonl.gz", gzip.compress(b""), "no snapshot"),
        ("books.jsonl.gz", gzip.compress(b'{"t":1,"token_id":"5","bids":[],"asks":[]}\n', mtime=0), "token 5"),
    ],
    ids=["empty", "other format", "market line", "no gzip", "book line", "no book", "unknown token"],
)  # fmt: skip
def test_a_broken_capture_is_refused_with_file_and_line(
    capture: Path, tmp_path: Path, file: str, content: bytes, words: str
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(capture, broken)
    (broken / file).write_bytes(content)
    with pytest.raises(BadCapture, match=words):
        read_capture(broken)
    (broken / file).unlink()
    with pytest.raises(BadCapture, match="cannot be read"):
        read_capture(broken)


def test_snapshots_out_of_order_are_refused(capture: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(capture, broken)
    lines = gzip.decompress((capture / "books.jsonl.gz").read_bytes()).splitlines()[:3]
    last = orjson.loads(lines[0]) | {"t": 0}
    (broken / "books.jsonl.gz").write_bytes(gzip.compress(b"\n".join([*lines, orjson.dumps(last)])))
    with pytest.raises(BadCapture, match=r"line 4.*time order"):
        read_capture(broken)


def test_replay_refuses_to_be_bent(capture: Path) -> None:
    venue = open_capture(capture, START, repeat=False)
    market = venue.markets(START)[0]
    with pytest.raises(VenueRefusal, match="as it was recorded"):
        venue.resolve(market, 0, START)
    with pytest.raises(VenueRefusal, match="as it was recorded"):
        venue.force_price(market, Decimal("0.5"), START)
