"""What the watcher of one shard of prices is started with."""

from contracts.payload import Payload


class PriceWatchInput(Payload):
    """Start argument and continue-as-new argument of PriceWatchWorkflow."""

    shard: int = 0
    continue_as_new_events: int = 500


class PriceWatchEnd(Payload):
    """Why the watcher stopped watching. `wanted`: False when there are fewer shards now."""

    wanted: bool = True
    reason: str = ""
