"""What the supervisor tells other commands: which parts there are and how they are. A file, so that it needs no port."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from launcher.data_folder import write_atomically
from launcher.process_identity import ProcessIdentity, is_alive


class PartState(StrEnum):
    """`external`: runs elsewhere, named by a setting, not supervised here."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"
    EXTERNAL = "external"


class PartStatus(BaseModel):
    """One part. `healthy` is the answer to the last probe; `since` is when it entered its state."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: PartState
    identity: ProcessIdentity | None = None
    port: int | None = None
    address: str | None = None
    healthy: bool = False
    restarts: int = 0
    since: datetime
    last_failure: str | None = None
    log: str | None = None


class InstanceState(BaseModel):
    """The whole instance, as of `updated_at`."""

    model_config = ConfigDict(frozen=True)

    supervisor: ProcessIdentity
    started_at: datetime
    updated_at: datetime
    state: str
    source: str
    url: str
    temporal_ui_url: str | None = None
    parts: tuple[PartStatus, ...] = ()


def write_state(path: Path, state: InstanceState) -> None:
    """Raises OSError (a full disk); the supervisor goes on without."""
    write_atomically(path, state.model_dump_json(indent=1))


def read_state(path: Path) -> InstanceState | None:
    """As written, whether or not it still holds; None when there is none or it can't be understood."""
    try:
        return InstanceState.model_validate_json(path.read_text())
    except (OSError, ValidationError):
        return None


def live_state(path: Path) -> InstanceState | None:
    """The state of an instance that runs now, each pid checked against the system; None when none runs."""
    state = read_state(path)
    if state is None or not is_alive(state.supervisor):
        return None
    return state.model_copy(update={"parts": tuple(_checked(part) for part in state.parts)})


def _checked(part: PartStatus) -> PartStatus:
    if part.identity is None or is_alive(part.identity):
        return part
    return part.model_copy(update={"identity": None, "healthy": False})
