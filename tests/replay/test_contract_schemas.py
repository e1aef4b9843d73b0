"""What lies in histories stays readable: contracts grow by fields with defaults and change in no other way."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

import pytest
from pydantic import BaseModel

from contracts.payload import Payload
from tests.replay import contract_schemas as schemas

HINT = (
    "Histories and rows of running strategies hold payloads of the recorded shape; the changed contract can't read them. "
    "Add fields with defaults, leave old ones, and widen types instead. Only what no installation can still hold may be "
    "recorded anew: python -m tests.replay.record contracts"
)


def test_every_contract_reads_what_was_written_with_the_recorded_one() -> None:
    now = schemas.of_contracts()
    problems = [
        f"{name}: {problem}"
        for name, old in schemas.recorded().items()
        for problem in (schemas.breaks(old, now[name]) if name in now else ["is gone"])
    ]
    assert not problems, HINT + "\n" + "\n".join(problems)


def test_every_contract_is_recorded() -> None:
    missing = schemas.of_contracts().keys() - schemas.recorded().keys()
    assert not missing, (
        f"new contracts: python -m tests.replay.record contracts ({', '.join(sorted(missing))})"
    )


class Part(Payload):
    size: int


class Before(Payload):
    id: UUID
    amount: Decimal
    status: Literal["running", "paused"]
    note: str = ""
    part: Part
    parts: tuple[Part, ...] = ()
    reason: str | None


def changed(**fields: object) -> type[BaseModel]:
    """`Before` with some fields annotated anew; a value (annotation, default) has a default."""
    annotations = dict(Before.__annotations__)
    namespace: dict[str, object] = {"note": "", "parts": ()}
    for name, field in fields.items():
        if field is None:
            annotations.pop(name)
            namespace.pop(name, None)
        elif isinstance(field, tuple):
            annotations[name], namespace[name] = field
        else:
            annotations[name] = field
            namespace.pop(name, None)
    return type("Before", (Payload,), {"__annotations__": annotations, "__module__": __name__, **namespace})


class BiggerPart(Payload):
    size: int
    weight: int = 0


class HeavierPart(Payload):
    size: int
    weight: int


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"added": (int, 0)},
        {"added": (str | None, None)},
        {"status": Literal["running", "paused", "stopped"]},
        {"amount": Decimal | None},
        {"part": BiggerPart},
        {"parts": (tuple[BiggerPart, ...], ())},
    ],
)
def test_additive_changes_pass(fields: dict[str, object]) -> None:
    assert schemas.breaks(schemas.schema_of(Before), schemas.schema_of(changed(**fields))) == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"note": None}, "field note is gone"),
        ({"note": None, "remark": (str, "")}, "field note is gone"),
        ({"added": int}, "new field added has no default"),
        ({"note": str}, "field note lost its default"),
        ({"status": Literal["running"]}, "status can't be paused any more"),
        ({"amount": int}, "amount was"),
        ({"reason": str}, "reason was"),
        ({"part": HeavierPart}, "new field part.weight has no default"),
        ({"parts": (tuple[HeavierPart, ...], ())}, "new field parts[].weight has no default"),
    ],
)
def test_a_change_that_old_payloads_do_not_survive_is_told(fields: dict[str, object], problem: str) -> None:
    found = schemas.breaks(schemas.schema_of(Before), schemas.schema_of(changed(**fields)))
    assert any(problem in line for line in found), found
