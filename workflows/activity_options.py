"""Time limits and retries, in one place. Every activity has a start-to-close limit; retries never end by count."""

from datetime import timedelta

from temporalio.common import RetryPolicy

RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(seconds=10)
)
"""A database or venue that is away comes back; giving up is decided by the activity, which can say why."""

EVALUATION_LIMIT = timedelta(minutes=2)
ORDER_LIMIT = timedelta(minutes=1)
GUARD_LIMIT = timedelta(minutes=1)
RECORD_LIMIT = timedelta(seconds=15)
HEARTBEAT_LIMIT = timedelta(seconds=8)
"""How long a killed worker's activity stays unnoticed."""
WATCH_HEARTBEAT_LIMIT = timedelta(seconds=5)
"""Prices are watched again within seconds."""
PRICES_QUEUE_SUFFIX = "-prices"
"""The watchers of prices have a task queue of their own: they run for good, and must not wait for a slot."""
