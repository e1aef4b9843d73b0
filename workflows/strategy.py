"""One running strategy: wait, evaluate, start what follows, forever. Stop ends the run; Start begins a new one."""

from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

from activities.evaluation import EvaluationActivities
from activities.strategy_records import StrategyRecords
from contracts import evaluation as evaluating
from contracts import order as ordering
from contracts import strategy as contract
from domain import ids
from domain.strategy import lifecycle, schedule
from workflows.activity_options import EVALUATION_LIMIT, HEARTBEAT_LIMIT, RECORD_LIMIT, RETRY
from workflows.carry_over import carried_standing, standing_at_start, standing_record
from workflows.headline import headline
from workflows.manual_runs import ManualRuns
from workflows.order import OrderWorkflow
from workflows.search_attributes import STRATEGY_NAME, STRATEGY_STATUS
from workflows.wake_guard import wake_guard

RECHECK = timedelta(seconds=1)


@workflow.defn(name="StrategyWorkflow")
class StrategyWorkflow:
    """Handlers only change state and wake the loop; the loop alone acts, so nothing needs a lock."""

    @workflow.init
    def __init__(self, start: contract.StrategyInput) -> None:
        self._start = start
        self._name = start.name
        self._standing = standing_at_start(start)
        self._recorded: lifecycle.Status | None = start.status if start.recorded else None
        self._degraded_reason = start.degraded_reason
        self._next_number = start.next_number
        self._executing: int | None = None
        self._manual = start.manual_pending
        self._runs = ManualRuns(start.recent_runs)
        self._counts = start.counts
        self._last_execution_at = start.last_execution_at
        self._wake = False

    @workflow.signal
    def pause(self) -> None:
        self._standing.become("paused", None, workflow.now())

    @workflow.signal
    def resume(self) -> None:
        self._standing.become("running", None, workflow.now())

    @workflow.signal
    def stop(self, run_seq: int) -> None:
        """Final for this run; a stop meant for an older run is ignored."""
        if run_seq >= self._start.run_seq:
            self._standing.become("stopped", None, workflow.now())

    @workflow.signal
    def counts_changed(self, counts: contract.StrategyCounts) -> None:
        self._counts = counts

    @workflow.signal
    def order_settled(self, settled: ordering.OrderSettled) -> None:
        """Only a wake-up: the books have the outcome already."""
        self._counts = settled.counts
        due = settled.next_continuation_at
        if self._standing.would_put_off(due) and not workflow.patched("no word puts off what waits"):
            self._standing.continuation_replaced(due)
        else:
            self._standing.continuation_told(due)
        self._wake = True

    @workflow.update
    def run_now(self, request: contract.RunNow) -> contract.RunNowResult:
        """Number of the execution that answers this request: the one in progress, or the next, which begins at once."""
        known = self._runs.known(request.request_id)
        if known is not None:
            return known
        coalesced = self._executing is not None or self._manual
        number = self._executing if self._executing is not None else self._next_number
        self._manual = self._manual or self._executing is None
        result = contract.RunNowResult(request_id=request.request_id, number=number, coalesced=coalesced)
        self._runs.remember(result)
        return result

    @run_now.validator
    def _may_run(self, request: contract.RunNow) -> None:
        if self._standing.is_stopped:
            raise ApplicationError("the strategy is stopped; start it first", type="not_running")
        if not request.request_id:
            raise ApplicationError("a manual run needs a request id", type="invalid_request")

    @workflow.update
    def publish_version(self, publish: contract.PublishVersion) -> None:
        """New settings count at once for the schedule; the version itself is read from the books at the next execution."""
        self._standing.told_settings = True
        self._adopt(publish.name, publish.interval_seconds)
        slot = publish.next_execution_at
        if slot is not None and self._standing.adopt_slot(slot, workflow.now()):
            self._wake = True

    @workflow.query
    def state(self) -> contract.StrategyState:
        now = workflow.now()
        standing = self._standing
        return contract.StrategyState(
            as_of=now,
            status=standing.status,
            status_reason=standing.reason,
            degraded=self._degraded_reason is not None,
            degraded_reason=self._degraded_reason,
            run_seq=self._start.run_seq,
            number=self._next_number - 1 if self._executing is None else self._executing,
            executing=self._executing is not None,
            counts=self._counts,
            uptime_seconds=standing.uptime_at(now),
            interval_seconds=int(standing.interval.total_seconds()),
            last_execution_at=self._last_execution_at,
            next_execution_at=standing.next_execution_at,
        )

    @workflow.run
    async def run(self, start: contract.StrategyInput) -> None:
        while True:
            await self._record_if_changed()
            if self._standing.is_stopped:
                return
            if workflow.info().get_current_history_length() >= self._start.continue_as_new_events:
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._carried_over())
            await self._wait()
            await self._act(workflow.now())

    async def _act(self, now: datetime) -> None:
        """At most one thing; the loop comes back for the next."""
        if self._standing.is_stopped:
            return
        if self._manual:
            await self._execute("run_now", now, missed=0)
        elif self._standing.execution_due(now):
            await self._execute_due(now)
        elif self._standing.continuation_due(now):
            await self._continue_waiting(now)

    async def _wait(self) -> None:
        """Until something is due or somebody speaks. Paused, only somebody can end it."""
        workflow.set_current_details(
            headline(self._name, self._standing, self._degraded_reason, self._next_number, self._counts)
        )
        due = self._standing.earliest_due(workflow.now())
        timeout = due - workflow.now() if due is not None else None
        if timeout is None or timeout > timedelta(0):
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: self._wake or self._manual or self._recorded != self._standing.status,
                    timeout=timeout,
                    timeout_summary=f"until execution {self._next_number}" if timeout is not None else None,
                )
        self._wake = False

    async def _execute_due(self, now: datetime) -> None:
        scheduled = self._standing.next_execution_at
        if scheduled is None:
            await self._execute("schedule", now, missed=0)
            return
        interval = self._standing.interval
        due = schedule.due_execution(scheduled, interval, now)
        self._standing.next_execution_at = schedule.next_slot(self._start.strategy_id, interval, now)
        await self._execute("schedule", due.scheduled_for, missed=due.missed)

    async def _execute(self, trigger: evaluating.Trigger, scheduled_for: datetime, missed: int) -> None:
        number = self._next_number
        self._manual = False
        self._executing = number
        now = workflow.now()
        standing = self._standing
        if standing.is_running and standing.next_execution_at is None:
            standing.next_execution_at = schedule.slot_after_start(
                self._start.strategy_id, standing.interval, now
            )
        done = await self._evaluate(trigger, number, scheduled_for, missed, f"execution {number}")
        self._executing = None
        if done.outcome in ("succeeded", "failed"):
            self._last_execution_at = now
        elif self._runs.promised(number) and workflow.patched("what was promised to Run now is executed"):
            self._manual = True
        await self._follow(done)

    async def _continue_waiting(self, now: datetime) -> None:
        due = self._standing.next_continuation_at or now
        await self._follow(await self._evaluate("continuation", self._next_number, due, 0, "continuation"))

    async def _evaluate(
        self, trigger: evaluating.Trigger, number: int, scheduled_for: datetime, missed: int, summary: str
    ) -> evaluating.Evaluated:
        self._standing.begin_evaluation()
        request = evaluating.Evaluate(
            strategy_id=self._start.strategy_id,
            run_seq=self._start.run_seq,
            number=number,
            trigger=trigger,
            scheduled_for=scheduled_for,
            at=workflow.now(),
            missed_before=missed,
            next_execution_at=self._standing.next_execution_at,
        )
        return await workflow.execute_activity_method(
            EvaluationActivities.evaluate,
            request,
            start_to_close_timeout=EVALUATION_LIMIT,
            heartbeat_timeout=HEARTBEAT_LIMIT,
            retry_policy=RETRY,
            summary=summary,
        )

    async def _follow(self, done: evaluating.Evaluated) -> None:
        """Takes over what the books say and starts the orders that were decided."""
        now = workflow.now()
        if done.outcome == "superseded":
            self._standing.become("stopped", "this run is not wanted any more", now)
            return
        self._next_number = done.next_number
        self._counts = done.counts
        if done.outcome == "held":
            if not (self._standing.told_to_run and workflow.patched("a resume outlives being held")):
                self._standing.become("paused", None, now)
            return
        due = done.next_continuation_at
        if due is not None and done.outcome == "nothing_due":
            # Whoever finds nothing due although something is must not ask again and again without a pause.
            due = max(due, now + RECHECK)
        self._standing.continuation_answered(due)
        self._degraded_reason = done.degraded_reason
        if not (self._standing.told_settings and workflow.patched("settings told meanwhile are newer")):
            if done.next_execution_at is not None and self._standing.is_running:
                self._standing.next_execution_at = done.next_execution_at
            self._adopt(done.name, done.interval_seconds)
        for order_id in done.order_ids:
            await self._start_order(
                ordering.OrderInput(order_id=order_id, strategy_id=self._start.strategy_id)
            )
        for position_id in done.guard_ids:
            await wake_guard(position_id, self._start.strategy_id)
        if done.give_up_reason is not None and self._standing.is_running:
            self._standing.become("error", done.give_up_reason, now)

    async def _start_order(self, order: ordering.OrderInput) -> None:
        """Waits for the start only. The order outlives this run: it must come to its end whatever happens here."""
        with suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                OrderWorkflow.run,
                order,
                id=ids.order_workflow_id(order.order_id),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                static_summary=f"order of {self._name}",
            )

    async def _record_if_changed(self) -> None:
        """Writes the status to the books until they show it; it may change again meanwhile."""
        while self._recorded != self._standing.status:
            standing = self._standing
            if standing.is_running and standing.running_since is None:
                standing.running_since = workflow.now()
            record = standing_record(standing, self._start.run_seq, workflow.now())
            await workflow.execute_activity_method(
                StrategyRecords.record_status,
                record,
                start_to_close_timeout=RECORD_LIMIT,
                retry_policy=RETRY,
                summary=record.status,
            )
            self._recorded = record.status
            workflow.upsert_search_attributes([STRATEGY_STATUS.value_set(record.status)])

    def _adopt(self, name: str, interval_seconds: int) -> None:
        if self._standing.adopt_interval(timedelta(seconds=interval_seconds), workflow.now()):
            self._wake = True
        if name and name != self._name:
            self._name = name
            workflow.upsert_search_attributes([STRATEGY_NAME.value_set(name)])

    def _carried_over(self) -> contract.StrategyInput:
        return self._start.model_copy(
            update={
                **carried_standing(self._standing),
                "name": self._name,
                "recorded": self._recorded == self._standing.status,
                "degraded_reason": self._degraded_reason,
                "next_number": self._next_number,
                "last_execution_at": self._last_execution_at,
                "counts": self._counts,
                "recent_runs": self._runs.all(),
                "manual_pending": self._manual,
            }
        )
