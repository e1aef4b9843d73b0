"""One withdrawal: look, tell whoever has to end something, wait; until nothing is left or its time is over."""

from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import FailureError

from activities.withdrawal import WithdrawalActivities
from contracts import withdrawal as contract
from domain import ids
from workflows.activity_options import HEARTBEAT_LIMIT, ORDER_LIMIT, RETRY
from workflows.wake_guard import wake_guard

FIRST_PAUSE = 5
LONGEST_PAUSE = 600


@workflow.defn(name="WithdrawalWorkflow")
class WithdrawalWorkflow:
    @workflow.init
    def __init__(self, start: contract.WithdrawalInput) -> None:
        self._start = start
        self._changed = False

    @workflow.signal
    def changed(self) -> None:
        """Something of the strategy came to its end, or somebody cancelled the withdrawal: look now."""
        self._changed = True

    @workflow.run
    async def run(self, start: contract.WithdrawalInput) -> None:
        pause = start.pause_seconds
        while True:
            self._changed = False
            look = await workflow.execute_activity_method(
                WithdrawalActivities.look_at_withdrawal,
                start,
                start_to_close_timeout=ORDER_LIMIT,
                heartbeat_timeout=HEARTBEAT_LIMIT,
                retry_policy=RETRY,
                summary="look",
            )
            await self._tell(look)
            if look.over:
                return
            if workflow.info().get_current_history_length() >= start.continue_as_new_events:
                workflow.continue_as_new(start.model_copy(update={"pause_seconds": pause}))
            pause = FIRST_PAUSE if await self._heard_within(pause) else min(pause * 2, LONGEST_PAUSE)

    async def _heard_within(self, seconds: int) -> bool:
        """Whether somebody spoke before the pause, or the withdrawal's time, was over."""
        left = self._start.give_up_at - workflow.now()
        pause = max(min(timedelta(seconds=seconds), left), timedelta(seconds=1))
        try:
            await workflow.wait_condition(lambda: self._changed, timeout=pause)
        except TimeoutError:
            return False
        return True

    async def _tell(self, look: contract.WithdrawalLook) -> None:
        for order_id in look.order_ids:
            order = workflow.get_external_workflow_handle(ids.order_workflow_id(order_id))
            # Whoever is not there is started by the next round over the books, and finds what was asked.
            with suppress(FailureError):
                await order.signal("changed")
        for position_id in look.position_ids:
            await wake_guard(position_id, self._start.strategy_id)
