"""Telling the guard of a position that something is wanted of it; where there is none, it is started.

By name: the guard's own file starts orders, and orders start guards.
"""

from contextlib import suppress
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

from contracts.exit import GuardInput
from domain import ids


async def wake_guard(position_id: UUID, strategy_id: UUID) -> None:
    """Returns when it was told or has begun. A guard that begins looks at once; it outlives whoever called it."""
    guard_id = ids.position_guard_workflow_id(position_id)
    try:
        await workflow.get_external_workflow_handle(guard_id).signal("wake")
    except FailureError:
        with suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                "PositionGuardWorkflow",
                GuardInput(position_id=position_id, strategy_id=strategy_id),
                id=guard_id,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                static_summary="guard of a position",
            )
