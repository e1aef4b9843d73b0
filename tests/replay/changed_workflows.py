"""The real workflows with one change each, as somebody might make it without thinking of what is running."""

from datetime import timedelta

from temporalio import workflow

from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from contracts import order as ordering
from contracts import strategy as contract
from workflows.activity_options import HEARTBEAT_LIMIT, ORDER_LIMIT, RETRY
from workflows.order import OrderWorkflow
from workflows.strategy import StrategyWorkflow


@workflow.defn(name="StrategyWorkflow")
class WithAnotherTimer(StrategyWorkflow):
    """A pause before the first execution."""

    @workflow.init
    def __init__(self, start: contract.StrategyInput) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: contract.StrategyInput) -> None:
        await workflow.sleep(timedelta(seconds=1))
        await super().run(start)


@workflow.defn(name="StrategyWorkflow")
class WithAnotherActivity(StrategyWorkflow):
    """Records the status before each wait, not only when it changed."""

    @workflow.init
    def __init__(self, start: contract.StrategyInput) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: contract.StrategyInput) -> None:
        await super().run(start)

    async def _wait(self) -> None:
        self._recorded = None
        await self._record_if_changed()
        await super()._wait()


@workflow.defn(name="StrategyWorkflow")
class WithPatchedTimer(StrategyWorkflow):
    """The same pause, made the way it is meant to be made: only runs that begin with this code have it."""

    @workflow.init
    def __init__(self, start: contract.StrategyInput) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: contract.StrategyInput) -> None:
        if workflow.patched("pause before the first execution"):
            await workflow.sleep(timedelta(seconds=1))
        await super().run(start)


@workflow.defn(name="OrderWorkflow")
class WithAnotherOrder(OrderWorkflow):
    """Posts before it reserves."""

    @workflow.run
    async def run(self, order: ordering.OrderInput) -> ordering.OrderStep:
        step = ordering.OrderStep(status="planned", final=False)
        for does in (OrderPosting.post_order, OrderReservation.reserve_order):
            step = await workflow.execute_activity_method(
                does,
                order,
                start_to_close_timeout=ORDER_LIMIT,
                heartbeat_timeout=HEARTBEAT_LIMIT,
                retry_policy=RETRY,
            )
        await workflow.execute_activity_method(
            OrderTracking.track_order, order, start_to_close_timeout=ORDER_LIMIT, retry_policy=RETRY
        )
        return step


@workflow.defn(name="OrderWorkflow")
class WithOtherWords(OrderWorkflow):
    """Other time limits and summaries, which a replay does not look at."""

    @workflow.run
    async def run(self, order: ordering.OrderInput) -> ordering.OrderStep:
        limit = timedelta(minutes=7)
        step = await workflow.execute_activity_method(
            OrderReservation.reserve_order, order, start_to_close_timeout=limit, summary="set money aside"
        )
        if not step.final:
            await workflow.execute_activity_method(
                OrderPosting.post_order, order, start_to_close_timeout=limit, summary="send"
            )
        tracked = await workflow.execute_activity_method(
            OrderTracking.track_order, order, start_to_close_timeout=limit
        )
        await self._wake_strategy(order, tracked.settled)
        return tracked.step
