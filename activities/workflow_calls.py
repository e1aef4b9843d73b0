"""Words from activities to workflows. The books have what they mean already: a word that is lost costs time, nothing else."""

from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts.exit import GuardInput
from domain.ids import order_workflow_id, position_guard_workflow_id

ANSWER_LIMIT = timedelta(seconds=5)


class WorkflowCalls:
    """Raises temporalio.service.RPCError when Temporal does not answer."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def wake_guard(self, guard: GuardInput) -> None:
        """Also where none is running: then it is started."""
        await self._client.start_workflow(
            "PositionGuardWorkflow",
            guard,
            id=position_guard_workflow_id(guard.position_id),
            task_queue=self._task_queue,
            start_signal="wake",
            rpc_timeout=ANSWER_LIMIT,
        )

    async def order_changed(self, order_id: UUID) -> None:
        """Nothing happens when its workflow is over."""
        handle = self._client.get_workflow_handle(order_workflow_id(order_id))
        try:
            await handle.signal("changed", rpc_timeout=ANSWER_LIMIT)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
