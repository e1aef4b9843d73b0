"""The API's only way to Temporal: start, signal, update, query. Connects when first needed, answers within seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from contracts.order import OrderInput
from contracts.strategy import (
    PublishVersion,
    RunNow,
    RunNowResult,
    StrategyCounts,
    StrategyInput,
    StrategyState,
)
from domain.ids import order_workflow_id, strategy_workflow_id
from workflows.order import OrderWorkflow
from workflows.search_attributes import STRATEGY_ID, STRATEGY_MODE, STRATEGY_NAME, STRATEGY_STATUS, USER_ID
from workflows.strategy import StrategyWorkflow

ANSWER_LIMIT = timedelta(seconds=5)
QUERY_LIMIT = timedelta(seconds=2)
LIST_LIMIT = timedelta(seconds=20)
RESTART_PATIENCE = 5.0
RUN_SEQ = "run_seq"
"""Memo of a strategy's workflow, kept when it continues as new: which run it is."""
T = TypeVar("T")


class TemporalUnavailable(Exception):
    """Temporal, or a worker it needs, does not answer. `retry_after` in seconds."""

    def __init__(self, message: str, retry_after: int = 3) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class WorkflowMissing(Exception):
    """There is no such running workflow."""


class Running(NamedTuple):
    """A strategy workflow as visibility knows it. `run_seq` is None where it was started without saying so."""

    status: str
    run_seq: int | None


class RunRefused(Exception):
    """The workflow said no; `code` and `message` are for the caller."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TemporalGateway:
    """One per process. Every method raises TemporalUnavailable when there is no answer in time."""

    def __init__(
        self,
        *,
        address: str,
        namespace: str,
        task_queue: str,
        api_key: str | None,
        tls: bool,
        continue_as_new_events: int,
    ) -> None:
        self._address = address
        self._namespace = namespace
        self._task_queue = task_queue
        self._api_key = api_key
        self._tls = tls
        self._continue_as_new_events = continue_as_new_events
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    async def start_strategy(self, start: StrategyInput) -> None:
        """Idempotent for one run. A run that is being stopped is given a moment to end first."""
        deadline = asyncio.get_running_loop().time() + RESTART_PATIENCE
        while not await self._call(lambda client: self._start(client, start)):
            running = await self._run_seq(start.strategy_id)
            if running == start.run_seq or asyncio.get_running_loop().time() > deadline:
                return
            if running is not None:
                with suppress(WorkflowMissing):
                    # It may end between the question and the word: then the next try starts at once.
                    await self.stop(start.strategy_id, running)
            await asyncio.sleep(0.2)

    async def _start(self, client: Client, start: StrategyInput) -> bool:
        """False when a workflow of that id runs already."""
        try:
            await client.start_workflow(
                StrategyWorkflow.run,
                start.model_copy(update={"continue_as_new_events": self._continue_as_new_events}),
                id=strategy_workflow_id(start.strategy_id),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                memo={RUN_SEQ: start.run_seq},
                static_summary=start.name,
                static_details=f"run {start.run_seq} of strategy {start.strategy_id}, {start.mode}",
                search_attributes=TypedSearchAttributes(
                    [
                        SearchAttributePair(STRATEGY_ID, str(start.strategy_id)),
                        SearchAttributePair(STRATEGY_STATUS, start.status),
                        SearchAttributePair(STRATEGY_MODE, start.mode),
                        SearchAttributePair(USER_ID, str(start.user_id)),
                        SearchAttributePair(STRATEGY_NAME, start.name),
                    ]
                ),
                rpc_timeout=ANSWER_LIMIT,
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _run_seq(self, strategy_id: UUID) -> int | None:
        try:
            return (await self.state(strategy_id)).run_seq
        except (WorkflowMissing, TemporalUnavailable):
            return None

    async def start_order(self, order: OrderInput) -> None:
        """Idempotent: an order that is worked on already is left alone."""

        async def start(client: Client) -> None:
            try:
                await client.start_workflow(
                    OrderWorkflow.run,
                    order,
                    id=order_workflow_id(order.order_id),
                    task_queue=self._task_queue,
                    rpc_timeout=ANSWER_LIMIT,
                )
            except WorkflowAlreadyStartedError:
                pass

        await self._call(start)

    async def pause(self, strategy_id: UUID) -> None:
        await self._call(
            lambda client: self._handle(client, strategy_id).signal("pause", rpc_timeout=ANSWER_LIMIT)
        )

    async def resume(self, strategy_id: UUID) -> None:
        await self._call(
            lambda client: self._handle(client, strategy_id).signal("resume", rpc_timeout=ANSWER_LIMIT)
        )

    async def stop(self, strategy_id: UUID, run_seq: int) -> None:
        """Ends the run `run_seq`; a newer run is not touched."""
        await self._call(
            lambda client: self._handle(client, strategy_id).signal("stop", run_seq, rpc_timeout=ANSWER_LIMIT)
        )

    async def counts_changed(self, strategy_id: UUID, counts: StrategyCounts) -> None:
        await self._call(
            lambda client: self._handle(client, strategy_id).signal(
                "counts_changed", counts, rpc_timeout=ANSWER_LIMIT
            )
        )

    async def run_now(self, strategy_id: UUID, request_id: str) -> RunNowResult:
        """The same request id gets the same answer, however often it is asked."""
        return await self._call(
            lambda client: self._handle(client, strategy_id).execute_update(
                StrategyWorkflow.run_now,
                RunNow(request_id=request_id),
                id=f"run-now-{request_id}",
                rpc_timeout=ANSWER_LIMIT,
            )
        )

    async def publish_version(self, strategy_id: UUID, publish: PublishVersion) -> None:
        await self._call(
            lambda client: self._handle(client, strategy_id).execute_update(
                StrategyWorkflow.publish_version,
                publish,
                rpc_timeout=ANSWER_LIMIT,
            )
        )

    async def state(self, strategy_id: UUID) -> StrategyState:
        """The workflow's own word; needs a live worker."""
        return await self._call(
            lambda client: self._handle(client, strategy_id).query(
                StrategyWorkflow.state, rpc_timeout=QUERY_LIMIT
            )
        )

    async def running_strategies(self) -> dict[str, Running]:
        """All strategy workflows that run, by workflow id, as visibility knows them (seconds behind)."""

        async def listing(client: Client) -> dict[str, Running]:
            found: dict[str, Running] = {}
            query = (
                "WorkflowType = 'StrategyWorkflow' AND ExecutionStatus = 'Running' "
                f"AND TaskQueue = '{self._task_queue}'"
            )
            async for execution in client.list_workflows(query, page_size=500, rpc_timeout=LIST_LIMIT):
                found[execution.id] = Running(
                    execution.typed_search_attributes.get(STRATEGY_STATUS) or "",
                    await execution.memo_value(RUN_SEQ, None),
                )
            return found

        return await self._call(listing)

    async def healthy(self) -> bool:
        try:
            return await self._call(lambda client: client.service_client.check_health(timeout=QUERY_LIMIT))
        except TemporalUnavailable:
            return False

    async def worker_present(self) -> bool:
        """Whether somebody polled our task queue within the last minute or so."""

        async def pollers(client: Client) -> bool:
            answer = await client.workflow_service.describe_task_queue(
                DescribeTaskQueueRequest(
                    namespace=self._namespace,
                    task_queue=TaskQueue(name=self._task_queue),
                    task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
                ),
                timeout=QUERY_LIMIT,
            )
            return len(answer.pollers) > 0

        try:
            return await self._call(pollers)
        except TemporalUnavailable:
            return False

    async def close(self) -> None:
        """The client needs no closing; a later call connects anew."""
        self._client = None

    def _handle(self, client: Client, strategy_id: UUID) -> WorkflowHandle[StrategyWorkflow, None]:
        # Without a run id, so that it follows continue-as-new.
        return client.get_workflow_handle_for(StrategyWorkflow.run, strategy_workflow_id(strategy_id))

    async def _connected(self) -> Client:
        async with self._connecting:
            if self._client is None:
                self._client = await Client.connect(
                    self._address,
                    namespace=self._namespace,
                    data_converter=pydantic_data_converter,
                    api_key=self._api_key,
                    tls=self._tls,
                )
            return self._client

    async def _call(self, ask: Callable[[Client], Awaitable[T]]) -> T:
        try:
            client = await asyncio.wait_for(self._connected(), ANSWER_LIMIT.total_seconds())
            return await ask(client)
        except WorkflowUpdateFailedError as refused:
            cause = refused.cause
            code = cause.type if isinstance(cause, ApplicationError) and cause.type else "refused"
            raise RunRefused(code, str(cause)) from refused
        except (WorkflowQueryRejectedError, WorkflowQueryFailedError) as failed:
            raise TemporalUnavailable(f"the workflow did not answer: {failed}") from failed
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                raise WorkflowMissing(str(error)) from error
            raise TemporalUnavailable(f"Temporal did not answer: {error.message}") from error
        except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError, RuntimeError) as error:
            raise TemporalUnavailable("Temporal did not answer in time") from error
