"""Reads workflow sources and lists, in order, the calls that put commands into history: what a replay must meet again."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = Path(__file__).parent / "fingerprints.json"
ACTIVITY_AND_CHILD = tuple(
    f"{verb}_{what}"
    for verb in ("execute", "start")
    for what in (
        "activity",
        "activity_class",
        "activity_method",
        "local_activity",
        "local_activity_class",
        "local_activity_method",
        "child_workflow",
        "nexus_operation",
    )
)
NAMED_BY_ARGUMENT = (*ACTIVITY_AND_CHILD, "patched", "deprecate_patch", "signal", "execute_operation")
NAMED_ALONE = ("sleep", "continue_as_new", "upsert_search_attributes", "upsert_memo", "random", "uuid4")
BRANCHES = {
    ast.If: "if",
    ast.IfExp: "if",
    ast.For: "for",
    ast.While: "while",
    ast.Try: "try",
    ast.ExceptHandler: "except",
    ast.Match: "match",
}

Fingerprints = dict[str, list[str]]


def of_source(source: str, module: str) -> Fingerprints:
    """Commands by function, `module::Class.method`; functions without any are left out."""
    found: Fingerprints = {}
    for owner, function in _functions(ast.parse(source), ()):
        commands = list(_commands(function.body, ()))
        if commands:
            found[f"{module}::{'.'.join(owner)}"] = commands
    return found


def of_workflows() -> Fingerprints:
    """Of everything in workflows/, in the order of the source."""
    found: Fingerprints = {}
    for path in sorted((ROOT / "workflows").rglob("*.py")):
        found |= of_source(path.read_text(), str(path.relative_to(ROOT)))
    return found


def recorded() -> Fingerprints:
    found: Fingerprints = json.loads(SNAPSHOT.read_text())
    return found


def record() -> None:
    SNAPSHOT.write_text(json.dumps(of_workflows(), indent=2) + "\n")


def _functions(
    tree: ast.AST, owner: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (*owner, node.name), node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, (*owner, node.name))


def _commands(nodes: list[ast.stmt] | list[ast.AST], inside: tuple[str, ...]) -> Iterator[str]:
    for node in nodes:
        branch = BRANCHES.get(type(node))
        yield from _commands(list(ast.iter_child_nodes(node)), (*inside, branch) if branch else inside)
        if isinstance(node, ast.Call) and (name := _command(node)) is not None:
            yield " > ".join((*inside, name))


def _command(call: ast.Call) -> str | None:
    called = ast.unparse(call.func).rsplit(".", 1)[-1]
    if called == "wait_condition":
        # Without a timeout it starts no timer.
        return "wait_condition with timeout" if _has_timeout(call) else None
    if called in NAMED_BY_ARGUMENT and call.args:
        return f"{called} {ast.unparse(call.args[0])}"
    if called in NAMED_ALONE:
        return called
    return None


def _has_timeout(call: ast.Call) -> bool:
    return len(call.args) > 1 or any(keyword.arg in ("timeout", None) for keyword in call.keywords)
