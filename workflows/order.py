"""One order: reserve, post, track. Every step is safe to repeat; the books know where it stands."""

from temporalio import workflow
from temporalio.exceptions import FailureError

from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from contracts import order as contract
from domain import ids
from workflows.activity_options import HEARTBEAT_LIMIT, ORDER_LIMIT, RETRY


@workflow.defn(name="OrderWorkflow")
class OrderWorkflow:
    @workflow.run
    async def run(self, order: contract.OrderInput) -> contract.OrderStep:
        """The order's last step. Ends only when the order is final in the books."""
        step = await workflow.execute_activity_method(
            OrderReservation.reserve_order,
            order,
            start_to_close_timeout=ORDER_LIMIT,
            heartbeat_timeout=HEARTBEAT_LIMIT,
            retry_policy=RETRY,
            summary="reserve",
        )
        if not step.final:
            step = await workflow.execute_activity_method(
                OrderPosting.post_order,
                order,
                start_to_close_timeout=ORDER_LIMIT,
                heartbeat_timeout=HEARTBEAT_LIMIT,
                retry_policy=RETRY,
                summary="post",
            )
        tracked = await workflow.execute_activity_method(
            OrderTracking.track_order,
            order,
            start_to_close_timeout=ORDER_LIMIT,
            heartbeat_timeout=HEARTBEAT_LIMIT,
            retry_policy=RETRY,
            summary="track",
        )
        await self._wake_strategy(order, tracked.settled)
        return tracked.step

    async def _wake_strategy(self, order: contract.OrderInput, settled: contract.OrderSettled) -> None:
        strategy = workflow.get_external_workflow_handle(ids.strategy_workflow_id(order.strategy_id))
        try:
            await strategy.signal("order_settled", settled)
        except FailureError:
            # A strategy that was stopped meanwhile needs no wake-up; the books have the outcome.
            workflow.logger.info("strategy is not running any more")
