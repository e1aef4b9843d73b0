"""The shape of everything written into histories, and whether an old payload can still be read by a changed contract."""

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import contracts
from contracts.payload import Payload

SNAPSHOT = Path(__file__).parent / "contract_schemas.json"
WORDS = frozenset({"title", "description", "default", "examples"})

Schema = dict[str, Any]


def of_contracts() -> dict[str, Schema]:
    """JSON schema by `module.Class` of every payload."""
    found: dict[str, Schema] = {}
    for module in pkgutil.iter_modules(contracts.__path__, "contracts."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, Payload) and thing.__module__ == module.name:
                found[f"{module.name}.{thing.__qualname__}"] = schema_of(thing)
    found.pop("contracts.payload.Payload", None)
    return dict(sorted(found.items()))


def schema_of(model: type[BaseModel]) -> Schema:
    """Without titles and descriptions: words may change freely."""
    without_words: Schema = _without_words(model.model_json_schema())
    return without_words


def recorded() -> dict[str, Schema]:
    found: dict[str, Schema] = json.loads(SNAPSHOT.read_text())
    return found


def record() -> None:
    SNAPSHOT.write_text(json.dumps(of_contracts(), indent=1, sort_keys=True) + "\n")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Why a payload written with `old` can't be read with `new`, in words; empty when it can."""
    return list(_Comparison(old, new).objects(old, new, ""))


def _without_words(value: Any, inside_properties: bool = False) -> Any:
    if isinstance(value, list):
        return [_without_words(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_words(entry, key in ("properties", "$defs") and not inside_properties)
        for key, entry in value.items()
        if inside_properties or key not in WORDS
    }


class _Comparison:
    """Follows both schemas side by side; `$ref` is looked up on its own side."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old_defs = old.get("$defs", {})
        self._new_defs = new.get("$defs", {})

    def objects(self, old: Schema, new: Schema, path: str) -> list[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required = set(new.get("required", ()))
        found = [f"field {path}{name} is gone" for name in before if name not in after]
        found += [
            f"new field {path}{name} has no default"
            for name in after
            if name not in before and name in required
        ]
        for name in before:
            if name not in after:
                continue
            if name in required and name not in old.get("required", ()):
                found.append(f"field {path}{name} lost its default")
            found += self._values(before[name], after[name], f"{path}{name}")
        return found

    def _values(self, old: Schema, new: Schema, path: str) -> list[str]:
        # Every kind of value that could be written must find one that reads it.
        choices = self._choices(new, self._new_defs)
        found: list[str] = []
        for was in self._choices(old, self._old_defs):
            best = min((self._one(was, candidate, path) for candidate in choices), key=len)
            found += best
        return found

    @staticmethod
    def _choices(schema: Schema, defs: Schema) -> list[Schema]:
        if "$ref" in schema:
            schema = defs[schema["$ref"].rsplit("/", 1)[-1]]
        if "anyOf" not in schema:
            return [schema]
        return [choice for part in schema["anyOf"] for choice in _Comparison._choices(part, defs)]

    def _one(self, old: Schema, new: Schema, path: str) -> list[str]:
        if "properties" in old and "properties" in new:
            return self.objects(old, new, f"{path}.")
        written = old.get("enum", [old["const"]] if "const" in old else None)
        if written is not None:
            readable = new.get("enum", [new["const"]] if "const" in new else written)
            lost = [value for value in written if value not in readable]
            same = old.get("type") == new.get("type")
            return [f"{path} can't be {', '.join(map(str, lost))} any more"] if lost or not same else []
        if "items" in old and "items" in new:
            return self._values(old["items"], new["items"], f"{path}[]")
        return [] if old == new else [f"{path} was {json.dumps(old)} and is {json.dumps(new)}"]
