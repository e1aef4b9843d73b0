"""What Temporal itself costs: a workflow that waits for its next slot and calls an activity that does nothing."""

from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow

from contracts.payload import Payload
from domain.strategy import schedule


class Loop(Payload):
    loop_id: UUID
    interval_seconds: int
    continue_as_new_events: int
    next_slot: datetime | None = None


class Done(Payload):
    number: int


@workflow.defn(name="NoOpLoop")
class NoOpLoop:
    """Like StrategyWorkflow in its timer grid, its limit of history and its sandbox; and like it, waits for no slot that has passed."""

    @workflow.run
    async def run(self, loop: Loop) -> None:
        interval = timedelta(seconds=loop.interval_seconds)
        number = 0
        slot = loop.next_slot or schedule.next_slot(loop.loop_id, interval, workflow.now())
        while True:
            if workflow.info().get_current_history_length() >= loop.continue_as_new_events:
                workflow.continue_as_new(loop.model_copy(update={"next_slot": slot}))
            if (left := slot - workflow.now()) > timedelta(0):
                await workflow.sleep(left)
            slot = schedule.slot_after(slot, interval, workflow.now())
            number += 1
            await workflow.execute_activity(
                "nothing",
                Done(number=number),
                result_type=Done,
                start_to_close_timeout=timedelta(minutes=1),
                summary=f"execution {number}",
            )
