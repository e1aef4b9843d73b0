"""`cascadian up`, `down`, `status`, `reset`."""

import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from config.settings import Settings
from launcher.data_folder import DataFolder
from launcher.errors import LauncherError
from launcher.state_file import InstanceState, PartStatus, live_state

DOWN_SECONDS_MAX = 90
POLL_SECONDS = 0.1


def up() -> None:
    """Start everything and stay in the foreground until Ctrl-C."""
    from launcher.instance import run_instance

    raise typer.Exit(run_instance(Settings()))


def down() -> None:
    """Stop the instance that runs on this data folder, wherever it was started."""
    folder = DataFolder(Settings().data_dir)
    owner = folder.owner() if folder.is_locked() else None
    if owner is None:
        print(f"Nothing runs on the data folder {folder.path}.")
        return
    with suppress(ProcessLookupError):
        os.kill(owner.pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_SECONDS_MAX
    while folder.is_locked():
        if time.monotonic() > deadline:
            raise LauncherError(
                f"Cascadian (pid {owner.pid}) did not stop within {DOWN_SECONDS_MAX} s; see {folder.logs}."
            )
        time.sleep(POLL_SECONDS)
    print("Stopped.")


def status(json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Parts, pids, ports, health. Exit code 0 only when everything runs and answers."""
    folder = DataFolder(Settings().data_dir)
    state, now = live_state(folder.state_file), datetime.now(UTC)
    if json:
        import orjson

        print(orjson.dumps(as_json(folder, state, now), option=orjson.OPT_INDENT_2).decode())
    elif state is None:
        print(f"Not running (data folder {folder.path}).")
    else:
        print_table(folder, state, now)
    raise typer.Exit(0 if state is not None and is_well(state) else 1)


def reset(yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False) -> None:
    """Delete everything in the data folder: strategies, trades, history, logs."""
    folder = DataFolder(Settings().data_dir)
    if not folder.path.exists():
        print(f"There is no data folder {folder.path}.")
        return
    descriptor = folder.lock()
    try:
        if not yes:
            typer.confirm(f"Delete all strategies, trades and history in {folder.path}?", abort=True)
        left = folder.delete_contents()
    finally:
        os.close(descriptor)
    print(
        f"Deleted the data in {folder.path}." + (f" Left alone, not ours: {', '.join(left)}." if left else "")
    )


def is_well(state: InstanceState) -> bool:
    return state.state == "running" and all(part.healthy for part in state.parts)


def as_json(folder: DataFolder, state: InstanceState | None, now: datetime) -> dict[str, object]:
    """What `status --json` prints; keys are only ever added."""
    if state is None:
        return {"running": False, "data_dir": str(folder.path), "parts": []}
    return {
        "running": True,
        "healthy": is_well(state),
        "state": state.state,
        "source": state.source,
        "url": state.url,
        "temporal_ui_url": state.temporal_ui_url,
        "data_dir": str(folder.path),
        "pid": state.supervisor.pid,
        "started_at": state.started_at.isoformat(),
        "updated_at": state.updated_at.isoformat(),
        "uptime_seconds": round((now - state.started_at).total_seconds()),
        "parts": [part_as_json(part, now) for part in state.parts],
    }


def part_as_json(part: PartStatus, now: datetime) -> dict[str, object]:
    return {
        "name": part.name,
        "state": part.state,
        "pid": part.identity.pid if part.identity else None,
        "port": part.port,
        "address": part.address,
        "healthy": part.healthy,
        "restarts": part.restarts,
        "since": part.since.isoformat(),
        "uptime_seconds": round((now - part.since).total_seconds()),
        "last_failure": part.last_failure,
        "log": part.log,
    }


def print_table(folder: DataFolder, state: InstanceState, now: datetime) -> None:
    print(
        f"{state.state} since {in_words(now - state.started_at)} (pid {state.supervisor.pid}), markets: {state.source}"
    )
    print(f"web {state.url}   Temporal UI {state.temporal_ui_url or '-'}   data {folder.path}\n")
    print(f"{'part':<10}{'state':<12}{'health':<9}{'pid':>8}{'port':>7}{'restarts':>10}  up")
    for part in state.parts:
        pid = str(part.identity.pid) if part.identity else "-"
        health = "ok" if part.healthy else "NOT OK"
        print(
            f"{part.name:<10}{part.state:<12}{health:<9}{pid:>8}{part.port or '-':>7}{part.restarts:>10}"
            f"  {in_words(now - part.since)}"
        )
        if part.last_failure:
            print(f"{'':<10}last failure: {part.last_failure.splitlines()[0]}")


def in_words(span: timedelta) -> str:
    """`3d 4h`, `5m 12s`: the two largest units."""
    seconds = max(0, int(span.total_seconds()))
    units = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
    parts = [
        (seconds // size if size == 86_400 else seconds % bigger // size, unit)
        for (size, unit), bigger in zip(units, (0, 86_400, 3_600, 60), strict=True)
    ]
    told = [f"{count}{unit}" for count, unit in parts if count]
    return " ".join(told[:2]) or "0s"
