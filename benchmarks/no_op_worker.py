"""`python -m benchmarks.no_op_worker`: a worker of the no-op loop, set up like the product's own."""

import asyncio
import os
import signal
from pathlib import Path

from temporalio import activity
from temporalio.worker import Worker

from benchmarks.no_op_loop import Done, NoOpLoop
from config.settings import Settings
from worker import STICKY_LIMIT, connect
from workflows.determinism import workflow_runner

WRITE_EVERY = 0.2


class Counted:
    """The activity that does nothing, and how often it did."""

    def __init__(self) -> None:
        self.count = 0

    @activity.defn(name="nothing")
    async def nothing(self, done: Done) -> Done:
        self.count += 1
        return done


def write(ready: Path, count: int) -> None:
    ready.with_suffix(".count").write_text(str(count))
    ready.touch()


async def work(settings: Settings) -> None:
    """Polls until told to stop; keeps the number of activities done in a file beside the ready file."""
    ready = Path(os.environ["CASCADIAN_READY_FILE"])
    counted = Counted()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    worker = Worker(
        await connect(settings),
        task_queue=settings.task_queue,
        workflows=[NoOpLoop],
        workflow_runner=workflow_runner(),
        activities=[counted.nothing],
        max_cached_workflows=settings.max_cached_workflows,
        max_concurrent_activities=50,
        sticky_queue_schedule_to_start_timeout=STICKY_LIMIT,
    )
    async with worker:
        while not stop.is_set():
            write(ready, counted.count)
            await asyncio.sleep(WRITE_EVERY)


if __name__ == "__main__":
    asyncio.run(work(Settings()))
