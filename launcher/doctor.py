"""Checks of the machine and of the running instance, each a sentence a person can act on."""

import asyncio
import email.utils
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import httpx

from config.settings import MarketSource, Settings
from launcher.book_faults import faults_in_books
from launcher.data_folder import FREE_BYTES_MIN, DataFolder
from launcher.external_parts import database_trouble, temporal_trouble
from launcher.http_probe import answers_ok, reachable_host
from launcher.market_source import GAMMA_URL, PROBE_SECONDS_MAX
from launcher.postgres import EmbeddedPostgres
from launcher.state_file import InstanceState, live_state
from launcher.web_port import web_port_refusal

CLOCK_SECONDS_MAX = 5.0


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    subject: str
    verdict: Verdict
    sentence: str


async def examine(settings: Settings) -> list[Finding]:
    """All findings, in reading order. Works while Cascadian runs and while it does not."""
    folder = DataFolder(settings.data_dir)
    state = live_state(folder.state_file)
    source = (state.source if state else folder.source()) or str(settings.markets)
    findings = [_python(), _disk(folder), _instance(folder, state), _web_port(settings, state)]
    findings += await asyncio.gather(
        _postgres(settings, folder, state),
        _temporal(settings, state),
        _books(settings, folder, state),
        _api(settings, state),
        _clock(),
    )
    findings += [_who_controls_temporal(settings), _listening(settings), _source(settings, folder, source)]
    findings += list(_sizes(folder))
    return findings


def _python() -> Finding:
    version = ".".join(str(number) for number in sys.version_info[:3])
    verdict = Verdict.OK if sys.version_info >= (3, 11) else Verdict.FAILED
    return Finding("python", verdict, f"{version} at {sys.executable}")


def _disk(folder: DataFolder) -> Finding:
    existing = next(path for path in (folder.path, *folder.path.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    megabytes = f"{free // 1_000_000} MB free at {existing}"
    if free < FREE_BYTES_MIN:
        return Finding("disk", Verdict.FAILED, f"only {megabytes}; Cascadian does not start with so little")
    if not os.access(existing, os.W_OK):
        return Finding("disk", Verdict.FAILED, f"{existing} can't be written by this user")
    return Finding("disk", Verdict.WARNING if free < 10 * FREE_BYTES_MIN else Verdict.OK, megabytes)


def _instance(folder: DataFolder, state: InstanceState | None) -> Finding:
    if state is None:
        return Finding("instance", Verdict.NOTE, f"not running on {folder.path}")
    unwell = [part.name for part in state.parts if not part.healthy]
    restarts = sum(part.restarts for part in state.parts)
    sentence = f"{state.state}, pid {state.supervisor.pid}, {restarts} restarts of parts"
    if unwell:
        return Finding("instance", Verdict.FAILED, f"{sentence}; not well: {', '.join(unwell)}")
    return Finding("instance", Verdict.OK, sentence)


def _web_port(settings: Settings, state: InstanceState | None) -> Finding:
    if state is not None:
        return Finding("web port", Verdict.OK, f"{state.url} is ours")
    if refusal := web_port_refusal(settings):
        return Finding("web port", Verdict.FAILED, refusal)
    return Finding("web port", Verdict.OK, f"{settings.port} is free")


async def _postgres(settings: Settings, folder: DataFolder, state: InstanceState | None) -> Finding:
    if settings.database_url is not None:
        answered = await database_trouble(settings.database_url.get_secret_value()) is None
        where = "at CASCADIAN_DATABASE_URL"
    else:
        part = next((part for part in state.parts if part.name == "postgres"), None) if state else None
        if part is None:
            return Finding("postgres", Verdict.NOTE, "embedded, not running")
        answered = await EmbeddedPostgres(folder.postgres, part.port).probe()
        where = f"embedded, on port {part.port} of this machine only, with a password"
    verdict = Verdict.OK if answered else Verdict.FAILED
    return Finding("postgres", verdict, f"{where}; {'answers' if answered else 'does NOT answer'}")


async def _books(settings: Settings, folder: DataFolder, state: InstanceState | None) -> Finding:
    """Whether every cent of the ledger is where the wallets and positions say."""
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
    else:
        part = next((part for part in state.parts if part.name == "postgres"), None) if state else None
        if part is None:
            return Finding("books", Verdict.NOTE, "not looked at, Postgres is not running")
        url = EmbeddedPostgres(folder.postgres, part.port).dsn
    faults = await faults_in_books(url)
    if faults is None:
        return Finding("books", Verdict.NOTE, "not looked at, the database does not answer")
    if faults:
        return Finding("books", Verdict.FAILED, "; ".join(faults))
    return Finding("books", Verdict.OK, "ledger, wallets, orders and positions add up")


async def _temporal(settings: Settings, state: InstanceState | None) -> Finding:
    part = next((part for part in state.parts if part.name == "temporal"), None) if state else None
    address = settings.temporal_address or (f"127.0.0.1:{part.port}" if part else None)
    if address is None:
        return Finding("temporal", Verdict.NOTE, "embedded, not running")
    answered = await temporal_trouble(settings, address) is None
    verdict = Verdict.OK if answered else Verdict.FAILED
    return Finding("temporal", verdict, f"{address} {'answers' if answered else 'does NOT answer'}")


async def _api(settings: Settings, state: InstanceState | None) -> Finding:
    if state is None:
        return Finding("api", Verdict.NOTE, "not running")
    answered = await answers_ok(reachable_host(settings.host), settings.port, "/api/health")
    verdict = Verdict.OK if answered else Verdict.FAILED
    return Finding("api", verdict, f"{state.url} {'answers' if answered else 'does NOT answer'}")


async def _clock() -> Finding:
    """Against the date that Polymarket's server sends: its signatures allow for little difference."""
    try:
        async with httpx.AsyncClient(timeout=PROBE_SECONDS_MAX) as client:
            began = datetime.now(UTC)
            answer = await client.get(GAMMA_URL)
            sent = email.utils.parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, OSError, KeyError, ValueError):
        return Finding(
            "clock",
            Verdict.NOTE,
            f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC; not compared, Polymarket can't be reached",
        )
    off = (began - sent).total_seconds()
    verdict = Verdict.OK if abs(off) <= CLOCK_SECONDS_MAX else Verdict.WARNING
    return Finding("clock", verdict, f"{off:+.0f} s against Polymarket's")


def _who_controls_temporal(settings: Settings) -> Finding:
    if settings.temporal_address is not None:
        guarded = settings.temporal_tls or settings.temporal_api_key is not None
        sentence = f"whoever may call {settings.temporal_address} controls all strategies"
        return Finding(
            "who controls",
            Verdict.OK if guarded else Verdict.WARNING,
            sentence + ("" if guarded else "; no TLS, no API key"),
        )
    return Finding(
        "who controls",
        Verdict.WARNING,
        "the embedded Temporal has no authentication: every user and program of this machine can reach it and its Web UI and "
        "could stop or change strategies. Nobody outside the machine can; its HTTP API is closed. On a shared machine or a "
        "server use a real Temporal cluster (docs/running.md).",
    )


def _listening(settings: Settings) -> Finding:
    if settings.host in ("127.0.0.1", "::1", "localhost"):
        return Finding("web reach", Verdict.OK, "this machine only")
    return Finding("web reach", Verdict.WARNING, f"listens on {settings.host}: put HTTPS in front of it")


def _source(settings: Settings, folder: DataFolder, source: str) -> Finding:
    stored = folder.source()
    if stored and settings.markets not in (MarketSource.AUTO, stored):
        return Finding(
            "markets", Verdict.FAILED, f"this folder is of {stored}, CASCADIAN_MARKETS is {settings.markets}"
        )
    told = {"sandbox": "sandbox: all prices are simulated", "polymarket": "Polymarket"}
    return Finding("markets", Verdict.OK, told.get(source, "decided at the first start"))


def _sizes(folder: DataFolder) -> Iterator[Finding]:
    for name in ("postgres", "temporal", "logs"):
        path = folder.path / name
        if path.exists():
            yield Finding(f"size {name}", Verdict.OK, f"{_bytes_of(path) // 1_000_000} MB")


def _bytes_of(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except OSError:
            continue
    return total
