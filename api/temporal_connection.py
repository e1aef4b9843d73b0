"""The connection to Temporal: made when first needed, with time limits, and errors in our own words."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

ANSWER_LIMIT = timedelta(seconds=5)
QUERY_LIMIT = timedelta(seconds=2)
T = TypeVar("T")


class TemporalUnavailable(Exception):
    """Temporal, or a worker it needs, does not answer. `retry_after` in seconds."""

    def __init__(self, message: str, retry_after: int = 3) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class WorkflowMissing(Exception):
    """There is no such running workflow."""


class RunRefused(Exception):
    """The workflow said no; `code` and `message` are for the caller."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TemporalConnection:
    """One per process. Every method raises TemporalUnavailable when there is no answer in time."""

    def __init__(
        self, *, address: str, namespace: str, task_queue: str, api_key: str | None, tls: bool
    ) -> None:
        self._address = address
        self._namespace = namespace
        self._task_queue = task_queue
        self._api_key = api_key
        self._tls = tls
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

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
            # Not wait_for: it can swallow a cancellation, and the rounds of the API would never stop.
            async with asyncio.timeout(ANSWER_LIMIT.total_seconds()):
                client = await self._connected()
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
