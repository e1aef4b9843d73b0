"""Tests wait for what they want to see, not for time to pass."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WAITING = ROOT / "tests" / "eventually.py"


def fixed_sleeps(source: str) -> list[int]:
    """Lines that sleep a constant time outside a loop; inside one it is the pause between two looks.

    asyncio.sleep(0) only gives others a turn.
    """
    tree = ast.parse(source)
    polled = {
        id(node)
        for loop in ast.walk(tree)
        if isinstance(loop, ast.While)
        for node in ast.walk(loop)
        if isinstance(node, ast.Call)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and id(node) not in polled and _sleeps(node)
    ]


def _sleeps(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    if called not in ("time.sleep", "asyncio.sleep") or not call.args:
        return False
    return isinstance(call.args[0], ast.Constant) and call.args[0].value != 0


def test_no_test_sleeps_a_fixed_time() -> None:
    sleeping = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != WAITING
        for line in fixed_sleeps(path.read_text())
    ]
    assert not sleeping, "use tests.eventually: " + ", ".join(sleeping)


def test_a_fixed_sleep_is_noticed_and_a_poll_is_not() -> None:
    assert fixed_sleeps("import time\ntime.sleep(2)\n") == [2]
    assert fixed_sleeps("while not seen():\n    await asyncio.sleep(0.1)\n") == []
    assert fixed_sleeps("await asyncio.sleep(0)\n") == []
