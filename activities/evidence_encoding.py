"""Answers as evidence: canonical JSON, its hash, and its compressed form, made once for all who share an answer."""

import hashlib
import zlib
from collections import OrderedDict
from datetime import date

from pydantic import BaseModel

REMEMBERED = 2048
BYTES_REMEMBERED = 16_000_000
"""JSON of the answers remembered, together. An answer takes several times its JSON, and of hundreds of markets it is large."""


class EvidenceEncoder:
    """Answers served from the same cache snapshot are the same object: they are encoded and stored once."""

    def __init__(self) -> None:
        self._encoded: OrderedDict[int, tuple[BaseModel, str, bytes, int]] = OrderedDict()
        self._bytes = 0
        self._stored: OrderedDict[tuple[date, str], None] = OrderedDict()

    def encode(self, answer: BaseModel) -> tuple[str, bytes]:
        """(sha256 of the JSON, zlib of the JSON)."""
        known = self._encoded.get(id(answer))
        # The answer itself is kept, so its id cannot be given to another object meanwhile.
        if known is not None and known[0] is answer:
            self._encoded.move_to_end(id(answer))
            return known[1], known[2]
        body = answer.model_dump_json().encode()
        digest = hashlib.sha256(body).hexdigest()
        packed = zlib.compress(body, 1)
        self._encoded[id(answer)] = (answer, digest, packed, len(body))
        self._bytes += len(body)
        while len(self._encoded) > REMEMBERED or self._bytes > BYTES_REMEMBERED:
            _, (*_, length) = self._encoded.popitem(last=False)
            self._bytes -= length
        return digest, packed

    @property
    def bytes_remembered(self) -> int:
        """JSON of the answers that are kept alive."""
        return self._bytes

    def is_stored(self, day: date, digest: str) -> bool:
        return (day, digest) in self._stored

    def remember_stored(self, day: date, digest: str) -> None:
        """Call after the commit only."""
        self._stored[(day, digest)] = None
        if len(self._stored) > 4 * REMEMBERED:
            self._stored.popitem(last=False)
