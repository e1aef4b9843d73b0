"""Which of several price watchers a token belongs to."""

from hashlib import md5


def shard_of(token_id: str, shards: int) -> int:
    """0 to shards - 1, the same in every process and in SQL (db/repositories/armed_exits.py)."""
    return int(md5(token_id.encode(), usedforsecurity=False).hexdigest()[:8], 16) % shards
