"""Keeps one shard of prices watched, for good. All it does is to have the long activity run somewhere."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities.price_watch import PriceWatch
from contracts import price_watch as contract
from workflows.activity_options import PRICES_QUEUE_SUFFIX, WATCH_HEARTBEAT_LIMIT

WATCH_LIMIT = timedelta(days=30)
"""No watcher lives that long; the server wants a number."""
RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=2))


@workflow.defn(name="PriceWatchWorkflow")
class PriceWatchWorkflow:
    @workflow.run
    async def run(self, start: contract.PriceWatchInput) -> contract.PriceWatchEnd:
        """Ends when there are fewer shards than it needs."""
        while True:
            end = await workflow.execute_activity_method(
                PriceWatch.watch_prices,
                start,
                task_queue=workflow.info().task_queue + PRICES_QUEUE_SUFFIX,
                start_to_close_timeout=WATCH_LIMIT,
                heartbeat_timeout=WATCH_HEARTBEAT_LIMIT,
                retry_policy=RETRY,
                summary=f"prices, shard {start.shard}",
            )
            if not end.wanted:
                return end
            if workflow.info().get_current_history_length() >= start.continue_as_new_events:
                workflow.continue_as_new(start)
            await workflow.sleep(timedelta(seconds=1))
