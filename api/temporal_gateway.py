"""The API's only way to Temporal: start, signal, update, query. Connects when first needed, answers within seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from api.temporal_connection import (
    ANSWER_LIMIT,
    QUERY_LIMIT,
    RunRefused,
    TemporalConnection,
    TemporalUnavailable,
    WorkflowMissing,
)
from contracts.exit import GuardInput
from contracts.order import OrderInput
from contracts.payload import Payload
from contracts.price_watch import PriceWatchInput
from contracts.strategy import (
    PublishVersion,
    RunNow,
    RunNowResult,
    StrategyCounts,
    StrategyInput,
    StrategyState,
)
from contracts.withdrawal import WithdrawalInput
from domain.ids import (
    order_workflow_id,
    position_guard_workflow_id,
    price_watch_workflow_id,
    strategy_workflow_id,
    withdrawal_workflow_id,
)
from workflows.order import OrderWorkflow
from workflows.position_guard import PositionGuardWorkflow
from workflows.price_watch import PriceWatchWorkflow
from workflows.search_attributes import STRATEGY_ID, STRATEGY_MODE, STRATEGY_NAME, STRATEGY_STATUS, USER_ID
from workflows.strategy import StrategyWorkflow
from workflows.withdrawal import WithdrawalWorkflow

__all__ = ["RunRefused", "Running", "TemporalGateway", "TemporalUnavailable", "WorkflowMissing"]

Argument = TypeVar("Argument", bound=Payload)

LIST_LIMIT = timedelta(seconds=20)
RESTART_PATIENCE = 5.0
RUN_SEQ = "run_seq"
"""Memo of a strategy's workflow, kept when it continues as new: which run it is."""


class Running(NamedTuple):
    """A strategy workflow as visibility knows it. `run_seq` is None where it was started without saying so."""

    status: str
    run_seq: int | None


class TemporalGateway(TemporalConnection):
    """What the API asks of workflows. Every method raises TemporalUnavailable when there is no answer in time."""

    def __init__(
        self,
        *,
        address: str,
        namespace: str,
        task_queue: str,
        api_key: str | None,
        tls: bool,
        continue_as_new_events: int,
        price_watch_shards: int = 1,
    ) -> None:
        super().__init__(
            address=address, namespace=namespace, task_queue=task_queue, api_key=api_key, tls=tls
        )
        self._continue_as_new_events = continue_as_new_events
        self._price_watch_shards = price_watch_shards

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
        await self._start_once(OrderWorkflow.run, order, order_workflow_id(order.order_id))

    async def start_price_watches(self) -> None:
        """Idempotent: one workflow per shard of prices, for good."""
        for shard in range(self._price_watch_shards):
            watch = PriceWatchInput(shard=shard, continue_as_new_events=self._continue_as_new_events)
            workflow_id = price_watch_workflow_id(shard, self._task_queue)
            await self._start_once(PriceWatchWorkflow.run, watch, workflow_id)

    async def start_withdrawal(self, withdrawal: WithdrawalInput) -> None:
        """Idempotent: one that is worked on already is left alone."""
        start = withdrawal.model_copy(update={"continue_as_new_events": self._continue_as_new_events})
        await self._start_once(
            WithdrawalWorkflow.run, start, withdrawal_workflow_id(withdrawal.withdrawal_id)
        )

    async def _start_once(
        self, run: Callable[[Any, Argument], Awaitable[Any]], argument: Argument, workflow_id: str
    ) -> None:
        async def start(client: Client) -> None:
            with suppress(WorkflowAlreadyStartedError):
                await client.start_workflow(
                    run, argument, id=workflow_id, task_queue=self._task_queue, rpc_timeout=ANSWER_LIMIT
                )

        await self._call(start)

    async def withdrawal_changed(self, withdrawal_id: UUID) -> None:
        """Something came to its end, or it was cancelled: it looks now."""
        await self._signal(withdrawal_workflow_id(withdrawal_id), "changed")

    async def order_changed(self, order_id: UUID) -> None:
        """Somebody asked the order to end: its workflow looks now."""
        await self._signal(order_workflow_id(order_id), "changed")

    async def wake_guard(self, position_id: UUID, strategy_id: UUID | None = None) -> None:
        """Somebody asked for an exit of the position, or took that back: its guard looks now.

        With `strategy_id` it is started where there is none; without, WorkflowMissing is raised.
        """
        if strategy_id is None:
            await self._signal(position_guard_workflow_id(position_id), "wake")
            return
        guard = GuardInput(
            position_id=position_id,
            strategy_id=strategy_id,
            continue_as_new_events=self._continue_as_new_events,
        )
        await self._call(
            lambda client: client.start_workflow(
                PositionGuardWorkflow.run,
                guard,
                id=position_guard_workflow_id(position_id),
                task_queue=self._task_queue,
                start_signal="wake",
                static_summary="guard of a position",
                search_attributes=TypedSearchAttributes([SearchAttributePair(STRATEGY_ID, str(strategy_id))]),
                rpc_timeout=ANSWER_LIMIT,
            )
        )

    async def _signal(self, workflow_id: str, name: str) -> None:
        await self._call(
            lambda client: client.get_workflow_handle(workflow_id).signal(name, rpc_timeout=ANSWER_LIMIT)
        )

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

    async def running_guards(self) -> set[UUID]:
        """Positions whose guards run, as visibility knows them (seconds behind)."""
        prefix = "position-guard-"

        async def listing(client: Client) -> set[UUID]:
            query = (
                "WorkflowType = 'PositionGuardWorkflow' AND ExecutionStatus = 'Running' "
                f"AND TaskQueue = '{self._task_queue}'"
            )
            found: set[UUID] = set()
            async for execution in client.list_workflows(query, page_size=500, rpc_timeout=LIST_LIMIT):
                with suppress(ValueError):
                    found.add(UUID(execution.id.removeprefix(prefix)))
            return found

        return await self._call(listing)

    def _handle(self, client: Client, strategy_id: UUID) -> WorkflowHandle[StrategyWorkflow, None]:
        # Without a run id, so that it follows continue-as-new.
        return client.get_workflow_handle_for(StrategyWorkflow.run, strategy_workflow_id(strategy_id))
