"""The number that makes a venue order unique."""

from hashlib import sha256
from uuid import UUID

SALT_BITS = 53
"""The venue takes it as a JSON number, which holds no more."""


def salt_of(order: UUID) -> int:
    """The same for the same order, so that signing again makes the same venue order."""
    digest = int.from_bytes(sha256(order.bytes).digest(), "big")
    return digest >> (256 - SALT_BITS)
