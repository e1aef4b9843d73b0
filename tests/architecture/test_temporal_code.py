"""Rules that workflow and activity code keeps, read from its source and from the worker that is built of it."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from temporalio import activity, workflow
from temporalio.common import SearchAttributeIndexedValueType, SearchAttributeKey

import activities
import workflows
from activities.price_watch import PriceWatch
from contracts.payload import Payload
from db.session import Database
from launcher.temporal_server import SEARCH_ATTRIBUTES
from tests.fixed_markets import FixedMarkets
from worker import WORKFLOWS, activities_with, utc_now
from workflows import search_attributes
from workflows.determinism import PASSED_THROUGH

ROOT = Path(__file__).resolve().parents[2]
OWN = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} | {"worker"}
UNREPEATABLE = {
    "datetime.now": "workflow.now()",
    "datetime.utcnow": "workflow.now()",
    "date.today": "workflow.now()",
    "time.time": "workflow.now()",
    "time.monotonic": "workflow.now()",
    "time.sleep": "workflow.sleep()",
    "uuid4": "workflow.uuid4(), or an id made from what is known",
    "asyncio.sleep": "workflow.sleep()",
    "asyncio.wait": "workflow.wait()",
    "asyncio.as_completed": "workflow.as_completed()",
    "set": "a tuple or a dict: a set has another order in every process",
    "frozenset": "a tuple or a dict: a set has another order in every process",
    "open": "an activity",
    "print": "workflow.logger",
}
UNREPEATABLE_MODULES = ("random.", "os.", "secrets.", "socket.", "subprocess.", "threading.")
ESCAPES = ("UnsandboxedWorkflowRunner", "sandbox_unrestricted", "imports_passed_through", "sandboxed")


def modules(package: ModuleType) -> list[ModuleType]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(module.name) for module in found]


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def place(path: Path, node: ast.expr) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def defined_workflows() -> dict[str, type]:
    """By name, with the class."""
    return {
        definition.name: thing
        for module in modules(workflows)
        for thing in vars(module).values()
        if isinstance(thing, type)
        and thing.__module__ == module.__name__
        and (definition := workflow._Definition.from_class(thing)) is not None
        and definition.name is not None
    }


def defined_activities() -> dict[str, Any]:
    """By name, with the function."""
    return {
        definition.name: function
        for module in modules(activities)
        for owner in vars(module).values()
        if getattr(owner, "__module__", None) == module.__name__
        for function in (vars(owner).values() if isinstance(owner, type) else (owner,))
        if inspect.isfunction(function)
        and (definition := activity._Definition.from_callable(function)) is not None
        and definition.name is not None
    }


def test_workflow_code_asks_nothing_that_a_replay_would_answer_differently() -> None:
    found = [
        f"{place(path, call)}: {name}; use {UNREPEATABLE.get(name, 'an activity')}"
        for path in sources("workflows")
        for call in calls(path)
        if (name := ast.unparse(call.func)) in UNREPEATABLE or name.startswith(UNREPEATABLE_MODULES)
    ]
    assert not found, "\n".join(found)


def test_no_code_leaves_the_workflow_sandbox() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {escape}"
        for path in (*sources("workflows"), *sources("activities"), ROOT / "worker.py")
        for escape in ESCAPES
        if re.search(rf"\b{escape}\b", path.read_text())
    ]
    assert not found, "\n".join(found)


def test_what_workflows_import_is_passed_through_or_their_own() -> None:
    imported = {
        (path.relative_to(ROOT), name.split(".")[0])
        for path in sources("workflows")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [node.module]
            if isinstance(node, ast.ImportFrom) and node.module
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    strangers = [f"{path}: {name}" for path, name in imported if name in OWN - {"workflows", *PASSED_THROUGH}]
    assert not strangers, "loaded anew inside the sandbox for every workflow: " + ", ".join(strangers)


def test_every_activity_call_says_its_limit_its_retries_and_what_it_is() -> None:
    found = [
        f"{place(path, call)}: {option} is missing"
        for path in sources("workflows")
        for call in calls(path)
        if "_activity" in ast.unparse(call.func) and ast.unparse(call.func).startswith("workflow.")
        for option in ("start_to_close_timeout", "retry_policy", "summary")
        if option not in {keyword.arg for keyword in call.keywords}
    ]
    assert not found, "\n".join(found)


def test_an_activity_with_a_heartbeat_limit_beats() -> None:
    known = {function.__name__: function for function in defined_activities().values()}
    silent = [
        name
        for path in sources("workflows")
        for call in calls(path)
        if any(keyword.arg == "heartbeat_timeout" for keyword in call.keywords) and call.args
        if (name := ast.unparse(call.args[0]).rsplit(".", 1)[-1]) in known
        and "heartbeats()" not in inspect.getsource(known[name])
    ]
    assert not silent, f"would be taken for dead and begun again: {', '.join(silent)}"


@pytest.mark.parametrize("name", sorted(defined_activities()))
def test_an_activity_takes_one_payload_and_answers_with_one(name: str) -> None:
    function = defined_activities()[name]
    hints = get_type_hints(function)
    answer = hints.pop("return")
    assert len(hints) == 1, f"{name}: one input, which can grow by fields"
    for kind in (*hints.values(), *(() if answer is type(None) else (answer,))):
        assert issubclass(kind, Payload), f"{name}: {kind} is not a contract"


def test_the_worker_knows_every_workflow_and_every_activity() -> None:
    built: tuple[Any, ...] = activities_with(
        Database("postgresql://nobody@127.0.0.1:1/nothing"), FixedMarkets(), "sandbox", utc_now
    )
    # The only one with a queue of its own: worker.build_price_worker.
    built = (*built, PriceWatch.watch_prices)
    registered = {
        definition.name
        for function in built
        if (definition := activity._Definition.from_callable(function)) is not None
    }
    assert registered == set(defined_activities())
    assert set(WORKFLOWS) == set(defined_workflows().values())


def test_every_search_attribute_is_one_the_embedded_server_knows() -> None:
    declared = [key for key in vars(search_attributes).values() if isinstance(key, SearchAttributeKey)]
    kinds = {
        SearchAttributeIndexedValueType.KEYWORD: "Keyword",
        SearchAttributeIndexedValueType.TEXT: "Text",
    }
    assert {key.name: kinds.get(key.indexed_value_type) for key in declared} == dict(SEARCH_ATTRIBUTES)
