"""Every recorded history replays with the workflows of today, offline; a change that would break running ones does not."""

import json
import re

import pytest
from temporalio import workflow

from tests.replay import changed_workflows as changed
from tests.replay import golden_histories as golden
from tests.replay.scrub_history import scrubbed
from workflows.order import OrderWorkflow
from workflows.position_guard import PositionGuardWorkflow
from workflows.strategy import StrategyWorkflow
from workflows.withdrawal import WithdrawalWorkflow

HINT = (
    "The workflows can't replay what earlier versions of them did, so running strategies would stand still after an "
    "upgrade. Keep the old path with workflow.patched(...); record anew (python -m tests.replay.record) only what no "
    "installation can still be running."
)
NAMES = golden.names()
WORKFLOWS = (StrategyWorkflow, OrderWorkflow, PositionGuardWorkflow, WithdrawalWorkflow)


@pytest.mark.parametrize("name", NAMES)
async def test_a_recorded_history_replays_with_the_workflows_of_today(name: str) -> None:
    replayer = golden.replayer(*WORKFLOWS)
    result = await replayer.replay_workflow(golden.history(name), raise_on_replay_failure=False)
    assert result.replay_failure is None, f"{HINT}\n{name}: {result.replay_failure}"


@pytest.mark.parametrize(
    ("name", "workflow_class"),
    [
        ("strategy-pause-resume-stop", changed.WithAnotherTimer),
        ("strategy-continued-2", changed.WithAnotherActivity),
        ("strategy-trades", changed.WithAnotherActivity),
        ("order-filled", changed.WithAnotherOrder),
        ("order-denied", changed.WithAnotherOrder),
    ],
)
async def test_a_nondeterministic_change_fails_the_replay(name: str, workflow_class: type) -> None:
    with pytest.raises(workflow.NondeterminismError):
        await golden.replayer(workflow_class).replay_workflow(golden.history(name))


@pytest.mark.parametrize(
    ("name", "workflow_class"),
    [
        ("strategy-pause-resume-stop", changed.WithPatchedTimer),
        ("strategy-continued-2", changed.WithPatchedTimer),
        ("order-filled", changed.WithOtherWords),
        ("order-denied", changed.WithOtherWords),
    ],
)
async def test_a_patched_change_and_a_change_of_words_replay(name: str, workflow_class: type) -> None:
    await golden.replayer(workflow_class).replay_workflow(golden.history(name))


def _events(name: str) -> list[str]:
    return [event["eventType"] for event in json.loads(golden.history(name).to_json())["events"]]


def _all_events() -> set[str]:
    return {event.removeprefix("EVENT_TYPE_") for name in NAMES for event in _events(name)}


def test_the_histories_hold_every_kind_of_event_the_workflows_make() -> None:
    assert _all_events() >= {
        "ACTIVITY_TASK_COMPLETED",
        "CHILD_WORKFLOW_EXECUTION_STARTED",
        "EXTERNAL_WORKFLOW_EXECUTION_SIGNALED",
        "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
        "TIMER_CANCELED",
        "TIMER_FIRED",
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
        "WORKFLOW_EXECUTION_COMPLETED",
        "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
        "WORKFLOW_EXECUTION_SIGNALED",
        "WORKFLOW_EXECUTION_UPDATE_COMPLETED",
    }


@pytest.mark.parametrize("kind", [each.__name__ for each in WORKFLOWS])
def test_every_workflow_has_histories(kind: str) -> None:
    assert sum(golden.workflow_type(golden.history(name)) == kind for name in NAMES) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_history_names_no_machine(name: str) -> None:
    text = (golden.FOLDER / f"{name}.json").read_text()
    assert not re.search(r"\d+@", text), "a process and its host"
    assert not re.search(r'"/(home|root|work|tmp|Users)', text), "a path"
    assert len(text) < 100_000
    assert scrubbed(text) == text
