"""Takes out of an exported history what would name the machine it was recorded on; replay reads none of it."""

import json
from typing import Any

NAMELESS = "recorded"
STICKY = "TASK_QUEUE_KIND_STICKY"
NAMING_KEYS = frozenset({"identity", "binaryChecksum", "buildId"})
EMPTIED_KEYS = frozenset({"stackTrace"})


def scrubbed(history_json: str) -> str:
    """The same history as JSON, one event a line, without identities, build ids, stack traces and sticky queue names."""
    history = json.loads(history_json)
    events = [json.dumps(_scrub(event), sort_keys=True, ensure_ascii=False) for event in history["events"]]
    return '{"events": [\n' + ",\n".join(events) + "\n]}\n"


def _scrub(value: Any) -> Any:
    if isinstance(value, list):
        return [_scrub(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if value.get("kind") == STICKY:
        return {**value, "name": NAMELESS, "normalName": NAMELESS}
    if "kind" in value and "name" in value:
        return {**value, "name": NAMELESS}
    return {
        key: NAMELESS
        if key in NAMING_KEYS and isinstance(entry, str)
        else ""
        if key in EMPTIED_KEYS
        else _scrub(entry)
        for key, entry in value.items()
    }
