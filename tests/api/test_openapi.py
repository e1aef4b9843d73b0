"""The schema that clients are generated from."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from api.parts import WEB_DIST
from api.routes import build_routes

ROOT = Path(__file__).parents[2]


async def _printed(seed: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "api.openapi",
        cwd=ROOT,
        env={"PYTHONHASHSEED": seed, "PATH": ""},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output


async def test_the_printed_schema_is_the_same_every_time() -> None:
    first, second = await asyncio.gather(_printed("1"), _printed("2"))
    assert first == second
    assert json.loads(first)["openapi"].startswith("3.")


def _operations() -> list[tuple[str, dict[str, Any]]]:
    schema = build_routes("test", WEB_DIST).openapi()
    return [
        (f"{method} {path}", operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]


def test_every_answer_of_every_route_has_a_schema() -> None:
    for name, operation in _operations():
        for status, answer in operation["responses"].items():
            if status == "204" or (name == "get /api/stream" and status == "200"):
                continue
            assert answer["content"], f"{name} {status}"
            for media_type, content in answer["content"].items():
                assert content.get("schema"), f"{name} {status} {media_type}"


def test_problems_are_declared_on_every_route_in_their_media_type() -> None:
    for name, operation in _operations():
        assert "503" in operation["responses"], name
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], f"{name} {status}"


def test_operation_ids_are_unique_words() -> None:
    ids = [operation["operationId"] for _, operation in _operations()]
    assert len(ids) == len(set(ids))
    assert all(name.replace("_", "").isalpha() for name in ids)


def test_every_schema_that_is_named_exists() -> None:
    text = json.dumps(build_routes("test", WEB_DIST).openapi())
    schema = json.loads(text)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(schema["components"]["schemas"])
    assert "HTTPValidationError" not in named
