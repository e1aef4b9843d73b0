"""One order, from reservation to its end: what is done next depends only on where the books say it stands."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

from activities.order_following import OrderFollowing
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from contracts import exit as leaving
from contracts import order as contract
from domain import ids
from domain.orders.next_step import next_step
from workflows.activity_options import HEARTBEAT_LIMIT, ORDER_LIMIT, RETRY

CONTINUE_AS_NEW_EVENTS = 500
SOONEST = timedelta(seconds=1)
"""Pause between two looks at least."""


@workflow.defn(name="OrderWorkflow")
class OrderWorkflow:
    """Every step is safe to repeat. The handler only wakes the loop."""

    def __init__(self) -> None:
        self._woken = False
        self._told: tuple[str, str] | None = None
        """Status and filled shares that the strategy heard of last."""
        self._guarded: UUID | None = None

    @workflow.signal
    def changed(self) -> None:
        """Only a wake-up: fills, a wish to cancel and all else is in the books already."""
        self._woken = True

    @workflow.run
    async def run(self, order: contract.OrderInput) -> contract.OrderStep:
        """The order's last step. Ends only when the order is final in the books."""
        step = await self._reserve(order)
        looked = False
        while True:
            todo = next_step(step.status, final=step.final)
            if todo == "post":
                if step.held:
                    await self._wait(order, step, looked=True)
                step, looked = await self._post(order), False
            elif self._told != (step.status, step.filled_shares) or todo == "settle":
                step = await self._track(order)
            elif todo == "end":
                return step
            else:
                await self._wait(order, step, looked=looked)
                step, looked = await self._look(order), True

    async def _reserve(self, order: contract.OrderInput) -> contract.OrderStep:
        return await workflow.execute_activity_method(
            OrderReservation.reserve_order,
            order,
            start_to_close_timeout=ORDER_LIMIT,
            heartbeat_timeout=HEARTBEAT_LIMIT,
            retry_policy=RETRY,
            summary="reserve",
        )

    async def _post(self, order: contract.OrderInput) -> contract.OrderStep:
        return await workflow.execute_activity_method(
            OrderPosting.post_order,
            order,
            start_to_close_timeout=ORDER_LIMIT,
            heartbeat_timeout=HEARTBEAT_LIMIT,
            retry_policy=RETRY,
            summary="post",
        )

    async def _look(self, order: contract.OrderInput) -> contract.OrderStep:
        return await workflow.execute_activity_method(
            OrderFollowing.follow_order,
            order,
            start_to_close_timeout=ORDER_LIMIT,
            heartbeat_timeout=HEARTBEAT_LIMIT,
            retry_policy=RETRY,
            summary="look",
        )

    async def _track(self, order: contract.OrderInput) -> contract.OrderStep:
        """What matched comes to its end in the books; then everybody is told who waits for it."""
        tracked = await workflow.execute_activity_method(
            OrderTracking.track_order,
            order,
            start_to_close_timeout=ORDER_LIMIT,
            heartbeat_timeout=HEARTBEAT_LIMIT,
            retry_policy=RETRY,
            summary="track",
        )
        self._told = (tracked.step.status, tracked.step.filled_shares)
        await self._wake_strategy(order, tracked.settled)
        await self._tell_guard(order, tracked)
        return tracked.step

    async def _wait(self, order: contract.OrderInput, step: contract.OrderStep, *, looked: bool) -> None:
        """Until somebody speaks or it is time to look."""
        if workflow.info().get_current_history_length() >= CONTINUE_AS_NEW_EVENTS:
            # The next run begins with a look at where the order stands, so no word is lost.
            workflow.continue_as_new(order)
        pause = timedelta(seconds=step.look_after_seconds)
        if looked:
            pause = max(pause, SOONEST)
        if pause > timedelta(0):
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: self._woken, timeout=pause, timeout_summary="until a look"
                )
        self._woken = False

    async def _wake_strategy(self, order: contract.OrderInput, settled: contract.OrderSettled) -> None:
        strategy = workflow.get_external_workflow_handle(ids.strategy_workflow_id(order.strategy_id))
        try:
            await strategy.signal("order_settled", settled)
        except FailureError:
            # A strategy that was stopped meanwhile needs no wake-up; the books have the outcome.
            workflow.logger.info("strategy is not running any more")

    async def _tell_guard(self, order: contract.OrderInput, tracked: contract.OrderTracked) -> None:
        """Who bought needs a guard; the guard that sells waits for the end."""
        bought, sells = tracked.bought_into, tracked.sells
        if bought is not None and bought != self._guarded:
            guard = leaving.GuardInput(position_id=bought, strategy_id=order.strategy_id)
            with suppress(WorkflowAlreadyStartedError):
                await workflow.start_child_workflow(
                    "PositionGuardWorkflow",
                    guard,
                    id=ids.position_guard_workflow_id(bought),
                    parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                    static_summary="guards a position",
                )
            self._guarded = bought
        elif sells is not None and tracked.step.final:
            handle = workflow.get_external_workflow_handle(ids.position_guard_workflow_id(sells))
            with suppress(FailureError):
                await handle.signal("order_final", order.order_id)
