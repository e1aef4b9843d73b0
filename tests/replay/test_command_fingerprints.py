"""A workflow's commands can't change unnoticed, also on paths that no recorded history takes."""

from tests.replay import command_fingerprints as fingerprints

HINT = """The commands of {changed} are not those that were recorded. A strategy that runs replays its history with the new code:
 - a command added, removed, or moved where a running strategy may already be past it: keep both ways with
   `if workflow.patched("what-changed"):`, so that old histories take the old one;
 - a command in a place that no running workflow can have reached, or a new workflow: nothing to keep.
Then run `pytest tests/replay`, and record with `python -m tests.replay.record fingerprints`
(and `histories`, for a path that is new). What was recorded, and what the source says now:
{was}
{now}"""

TIMERS = """
class W:
    async def run(self):
        while True:
            await workflow.execute_activity_method(A.first, 1)
            if self.ready:
                await workflow.sleep(5)
            await workflow.wait_condition(lambda: self.x)
            with suppress(TimeoutError):
                await workflow.wait_condition(lambda: self.x, timeout=limit)
            if workflow.patched("later"):
                await handle.signal("wake", 1)
        workflow.continue_as_new(self.state)
    def quiet(self):
        return self.signal_count
"""


def test_the_commands_of_every_workflow_are_those_recorded() -> None:
    recorded, found = fingerprints.recorded(), fingerprints.of_workflows()
    changed = sorted(name for name in recorded.keys() | found.keys() if recorded.get(name) != found.get(name))
    was = {name: recorded.get(name) for name in changed}
    now = {name: found.get(name) for name in changed}
    assert list(recorded.items()) == list(found.items()), HINT.format(
        changed=", ".join(changed) or "the functions (their order)", was=was, now=now
    )


def test_commands_are_read_in_order_with_the_branches_they_stand_in() -> None:
    assert fingerprints.of_source(TIMERS, "w.py") == {
        "w.py::W.run": [
            "while > execute_activity_method A.first",
            "while > if > sleep",
            "while > wait_condition with timeout",
            "while > if > patched 'later'",
            "while > if > signal 'wake'",
            "continue_as_new",
        ]
    }


def test_an_added_a_moved_and_a_retargeted_command_change_the_fingerprint() -> None:
    before = fingerprints.of_source(TIMERS, "w.py")
    for old, new in (
        ("await workflow.sleep(5)", "await workflow.sleep(5); await workflow.sleep(6)"),
        ("            await workflow.execute_activity_method(A.first, 1)\n", ""),
        ("A.first", "A.second"),
        ("timeout=limit", ""),
    ):
        assert old in TIMERS
        assert fingerprints.of_source(TIMERS.replace(old, new), "w.py") != before


def test_a_change_without_commands_keeps_the_fingerprint() -> None:
    renamed = TIMERS.replace("self.ready", "self.is_ready").replace("limit", "patience")
    assert fingerprints.of_source(renamed, "w.py") == fingerprints.of_source(TIMERS, "w.py")
