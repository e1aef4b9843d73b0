"""The guard of one position: the only one that sells it. It lives as long as shares are held, whatever the strategy does."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

from activities.position_guard import PositionGuard
from contracts import exit as contract
from contracts import order as ordering
from domain import ids
from workflows.activity_options import GUARD_LIMIT, HEARTBEAT_LIMIT, RETRY
from workflows.order import OrderWorkflow
from workflows.search_attributes import STRATEGY_ID

LOOK_EVERY = timedelta(seconds=60)
"""How often it looks while an order is under way or exits are stopped, should a word to it have been lost."""
IDLE_LOOK = timedelta(hours=12)
"""And while nothing is open: whoever asks for an exit wakes it, and so does the round that keeps workflows alive."""
SOONEST = timedelta(seconds=1)


@workflow.defn(name="PositionGuardWorkflow")
class PositionGuardWorkflow:
    """Handlers only wake the loop; the books alone say what is to be sold."""

    @workflow.init
    def __init__(self, start: contract.GuardInput) -> None:
        self._start = start
        self._woken = False
        self._begun: UUID | None = None
        """The order that was started last."""

    @workflow.signal
    def wake(self) -> None:
        self._woken = True

    @workflow.signal
    def order_final(self, order_id: UUID) -> None:
        """Only a wake-up: the books have the outcome already."""
        self._woken = True

    @workflow.run
    async def run(self, start: contract.GuardInput) -> None:
        if workflow.info().typed_search_attributes.get(STRATEGY_ID) is None:
            workflow.upsert_search_attributes([STRATEGY_ID.value_set(str(start.strategy_id))])
        while True:
            self._woken = False
            answer = await self._look()
            workflow.set_current_details(answer.reason or "watches")
            if answer.over:
                return
            await self._carry_out(answer)
            if workflow.info().get_current_history_length() >= start.continue_as_new_events:
                # What woke it meanwhile is not lost: the next run begins with a look.
                workflow.continue_as_new(start)
            await self._wait(answer)

    async def _look(self) -> contract.NextExit:
        return await workflow.execute_activity_method(
            PositionGuard.next_exit,
            self._start,
            start_to_close_timeout=GUARD_LIMIT,
            heartbeat_timeout=HEARTBEAT_LIMIT,
            retry_policy=RETRY,
            summary="look",
        )

    async def _carry_out(self, answer: contract.NextExit) -> None:
        if answer.order_id is not None and answer.order_id != self._begun:
            order = ordering.OrderInput(order_id=answer.order_id, strategy_id=self._start.strategy_id)
            with suppress(WorkflowAlreadyStartedError):
                await workflow.start_child_workflow(
                    OrderWorkflow.run,
                    order,
                    id=ids.order_workflow_id(order.order_id),
                    parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                    static_summary="sale of a position",
                )
            self._begun = answer.order_id
        if answer.cancelling is not None:
            handle = workflow.get_external_workflow_handle(ids.order_workflow_id(answer.cancelling))
            with suppress(FailureError):
                await handle.signal("changed")

    async def _wait(self, answer: contract.NextExit) -> None:
        """Until somebody speaks, a retry is due, or it is time to look whether a word was lost."""
        pause = LOOK_EVERY if answer.waiting else IDLE_LOOK
        if answer.retry_at is not None:
            pause = max(answer.retry_at - workflow.now(), SOONEST)
        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._woken, timeout=pause, timeout_summary="until a look")
