"""From stored rows to what pages see."""

from datetime import datetime, timedelta
from decimal import Decimal

from api.parts import Source
from api.strategies.schemas import (
    AllocationView,
    OnTimeView,
    OnTimeWindow,
    StrategyView,
    VersionView,
)
from api.strategies.version_settings import stored_settings
from db.models import Strategy, StrategyWallet
from db.repositories.on_time import OnTimeCounts
from db.repositories.strategy_views import StrategyRecord
from domain.strategy.schedule import ON_TIME
from domain.strategy.schedule_window import next_open_slots
from domain.strategy.settings import StrategySettings

ROI_STEP = Decimal("0.000001")
EXECUTIONS_SHOWN = 5
HALTED = "Trading is halted until you reset it"


def is_pending(strategy: Strategy) -> bool:
    """True while the engine has not reached what the user wants. An error is somewhere a running strategy can be."""
    if strategy.desired_state == "running":
        return strategy.status not in ("running", "error")
    if strategy.desired_state == "stopped":
        return strategy.status not in ("stopped", "draft")
    return strategy.status != strategy.desired_state


def uptime_seconds(strategy: Strategy, now: datetime) -> float:
    uptime = float(strategy.uptime_seconds)
    if strategy.running_since is not None:
        uptime += max(0.0, (now - strategy.running_since).total_seconds())
    return round(uptime, 3)


def overdue_slots(strategy: Strategy, now: datetime) -> int:
    """Slots of a running strategy that are late right now and have no execution row yet."""
    due_at = strategy.next_execution_at
    if strategy.status != "running" or due_at is None:
        return 0
    late = now - ON_TIME - due_at
    if late <= timedelta(0):
        return 0
    return int(late // timedelta(seconds=strategy.interval_seconds)) + 1


def next_executions(strategy: Strategy, settings: StrategySettings, now: datetime) -> list[datetime]:
    """By interval and schedule; a failed execution that is tried again sooner comes first."""
    if strategy.status != "running" or strategy.desired_state != "running":
        return []
    interval = timedelta(seconds=settings.interval_seconds)
    slots = next_open_slots(strategy.id, interval, now, settings.schedule, EXECUTIONS_SHOWN)
    sooner = strategy.next_execution_at
    if sooner is not None and now < sooner and (not slots or sooner < slots[0]):
        slots = [sooner, *slots]
    return slots[:EXECUTIONS_SHOWN]


def _window(due: int, on_time: int) -> OnTimeWindow:
    return OnTimeWindow(due=due, on_time=on_time, ratio=round(on_time / due, 6) if due else None)


def on_time_view(strategy: Strategy, counts: OnTimeCounts, now: datetime) -> OnTimeView:
    overdue = overdue_slots(strategy, now)
    slots_per_day = int(timedelta(hours=24) / timedelta(seconds=strategy.interval_seconds)) + 1
    return OnTimeView(
        h24=_window(counts.due_day + min(overdue, slots_per_day), counts.on_time_day),
        d30=_window(counts.due_month + min(overdue, slots_per_day * 30), counts.on_time_month),
    )


def _allocation(wallet: StrategyWallet) -> AllocationView:
    return AllocationView(
        allocated=wallet.allocated_amount,
        available=wallet.available_amount,
        reserved=wallet.reserved_amount,
        deployed=wallet.deployed_amount,
    )


def strategy_view(
    record: StrategyRecord, source: Source, now: datetime, on_time: OnTimeCounts | None = None
) -> StrategyView:
    strategy = record.strategy
    settings = stored_settings(record.version, strategy)
    return StrategyView(
        id=strategy.id,
        name=strategy.name,
        mode=strategy.mode,
        status=strategy.status,
        desired_state=strategy.desired_state,
        status_reason=strategy.status_reason,
        degraded_reason=strategy.degraded_reason,
        pending=is_pending(strategy),
        held_reason=HALTED if record.trading_halted and strategy.status == "running" else None,
        stop_choice=strategy.stop_choice,
        wound_down_at=strategy.wound_down_at,
        template_id=strategy.template_id,
        version=VersionView(
            id=record.version.id, number=record.version.number, created_at=record.version.created_at
        ),
        interval_seconds=strategy.interval_seconds,
        error_after=strategy.error_after,
        settings=settings,
        next_executions=next_executions(strategy, settings, now) if on_time is not None else [],
        created_at=strategy.created_at,
        started_at=strategy.started_at,
        uptime_seconds=uptime_seconds(strategy, now),
        uptime_since=strategy.running_since,
        total_executions=strategy.total_executions,
        successful_executions=strategy.successful_executions,
        failed_executions=strategy.failed_executions,
        last_execution_at=strategy.last_executed_at,
        next_execution_at=strategy.next_execution_at,
        last_activity_at=strategy.last_activity_at,
        watchlist_size=record.watchlist_size,
        active_trades=record.active_trades,
        closed_trades=record.closed_trades,
        win_rate=round(record.gained / record.closed_trades, 6) if record.closed_trades else None,
        roi=record.roi.quantize(ROI_STEP) if record.roi is not None else None,
        allocation=_allocation(record.wallet),
        on_time=on_time_view(strategy, on_time, now) if on_time is not None else None,
        source=source,
    )
