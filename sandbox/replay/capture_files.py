"""Reading and writing the capture format (docs/sandbox.md): capture.json, markets.jsonl, books.jsonl.gz."""

import gzip
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FORMAT = "cascadian-capture"
VERSION = 1


class BadCapture(Exception):
    """The folder holds no readable capture; the message names file and line."""


class CaptureManifest(BaseModel):
    model_config = ConfigDict(frozen=True)

    format: str
    version: int
    name: str
    source: str = ""
    licence: str = ""


class CapturedFees(BaseModel):
    model_config = ConfigDict(frozen=True)

    kind: str = ""
    rate: Decimal = Decimal(0)
    rebate_rate: Decimal = Decimal(0)
    exponent: int = 1


class CapturedMarket(BaseModel):
    """One line of markets.jsonl. Moments are recorded time, milliseconds."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(pattern=r"^\d{1,12}$")
    event_id: str = Field(pattern=r"^\d{1,12}$")
    event_slug: str
    event_title: str
    slug: str
    question: str
    description: str = ""
    category: str
    tags: tuple[str, ...] = ()
    condition_id: str = Field(pattern=r"^0x[0-9a-f]{64}$")
    outcomes: tuple[str, str]
    token_ids: tuple[str, str]
    opens_ms: int
    ends_ms: int
    closes_ms: int
    payouts: tuple[Decimal, Decimal] | None = None
    neg_risk: bool = False
    neg_risk_id: str = ""
    tick: Decimal = Decimal("0.01")
    min_size: Decimal = Decimal(5)
    volume: Decimal = Decimal(0)
    fees: CapturedFees = CapturedFees()


@dataclass(slots=True)
class TokenRecord:
    """Snapshots of one token, oldest first: when, and the line as it stands in the file."""

    moments: "array[int]" = field(default_factory=lambda: array("q"))
    lines: list[bytes] = field(default_factory=list)
    midpoints: list[Decimal | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Capture:
    manifest: CaptureManifest
    markets: tuple[CapturedMarket, ...]
    tokens: dict[str, TokenRecord]
    first_ms: int
    last_ms: int


def read_capture(folder: Path) -> Capture:
    """Raises BadCapture when a file is missing, malformed, or out of time order."""
    manifest = _manifest(folder)
    markets = tuple(_markets(folder / "markets.jsonl"))
    tokens = {token: TokenRecord() for market in markets for token in market.token_ids}
    first = last = None
    for number, line in _lines(folder / "books.jsonl.gz"):
        try:
            row = orjson.loads(line)
            moment, token = int(row["t"]), str(row["token_id"])
            midpoint = _midpoint(row)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise BadCapture(f"books.jsonl.gz line {number}: no book snapshot") from error
        if last is not None and moment < last:
            raise BadCapture(f"books.jsonl.gz line {number}: snapshots are not in time order")
        record = tokens.get(token)
        if record is None:
            raise BadCapture(f"books.jsonl.gz line {number}: token {token} is not in markets.jsonl")
        first, last = (moment if first is None else first), moment
        record.moments.append(moment)
        record.lines.append(line)
        record.midpoints.append(midpoint)
    if first is None or last is None:
        raise BadCapture("books.jsonl.gz holds no snapshot")
    return Capture(manifest, markets, tokens, first, last)


def _manifest(folder: Path) -> CaptureManifest:
    try:
        manifest = CaptureManifest.model_validate_json((folder / "capture.json").read_bytes())
    except OSError as error:
        raise BadCapture(f"{folder / 'capture.json'} cannot be read") from error
    except ValidationError as error:
        raise BadCapture(f"capture.json: {error.errors()[0]['msg']}") from error
    if manifest.format != FORMAT or manifest.version != VERSION:
        raise BadCapture(f"capture.json: expected format {FORMAT!r} version {VERSION}")
    return manifest


def _markets(path: Path) -> Iterator[CapturedMarket]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BadCapture(f"{path} cannot be read") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield CapturedMarket.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            raise BadCapture(
                f"markets.jsonl line {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
            ) from error


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with gzip.open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip(b"\n")
    except (OSError, EOFError) as error:
        raise BadCapture(f"{path} cannot be read: {error}") from error


def _midpoint(row: dict[str, list[list[str]]]) -> Decimal | None:
    bids, asks = row["bids"], row["asks"]
    if not bids or not asks:
        return None
    return (Decimal(bids[0][0]) + Decimal(asks[0][0])) / 2


def write_capture(
    folder: Path,
    manifest: CaptureManifest,
    markets: Iterable[CapturedMarket],
    books: Iterable[dict[str, object]],
) -> int:
    """Writes a capture; `books` must be in time order. Returns the number of snapshots."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "capture.json").write_bytes(manifest.model_dump_json(indent=2).encode())
    (folder / "markets.jsonl").write_bytes(
        b"".join(market.model_dump_json().encode() + b"\n" for market in markets)
    )
    count = 0
    # mtime 0: the same input gives the same bytes.
    with gzip.GzipFile(folder / "books.jsonl.gz", "wb", mtime=0) as file:
        for row in books:
            file.write(orjson.dumps(row) + b"\n")
            count += 1
    return count
