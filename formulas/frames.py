"""How engine and child talk: four bytes of length, then JSON."""

import asyncio
import json
import struct
from typing import Any, BinaryIO

HEADER = struct.Struct(">I")
FRAME_BYTES_MAX = 32 * 1024 * 1024


def packed(message: Any) -> bytes:
    body = json.dumps(message, separators=(",", ":")).encode()
    return HEADER.pack(len(body)) + body


def read_from(stream: BinaryIO) -> Any:
    """The next message; None when the other side is gone."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    body = stream.read(length)
    return json.loads(body) if len(body) == length else None


async def receive_from(reader: asyncio.StreamReader) -> Any:
    """The next message. Raises asyncio.IncompleteReadError when the child is gone, ValueError for what is none."""
    (length,) = HEADER.unpack(await reader.readexactly(HEADER.size))
    if length > FRAME_BYTES_MAX:
        raise ValueError("the frame is too large")
    return json.loads(await reader.readexactly(length))
