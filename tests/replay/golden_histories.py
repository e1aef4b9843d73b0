"""The recorded histories that every version of the workflows must be able to replay."""

from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from workflows.determinism import workflow_runner

FOLDER = Path(__file__).parent / "histories"


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def history(name: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(name, (FOLDER / f"{name}.json").read_text())


def workflow_type(recorded: WorkflowHistory) -> str:
    return recorded.events[0].workflow_execution_started_event_attributes.workflow_type.name


def replayer(*workflows: type) -> Replayer:
    """With the runner and the converter of the real worker."""
    return Replayer(
        workflows=workflows, workflow_runner=workflow_runner(), data_converter=pydantic_data_converter
    )
