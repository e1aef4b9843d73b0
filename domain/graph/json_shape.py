"""Checks raw JSON before anything recurses into it: depth, size, numbers and text that nothing else could store."""

import math
from dataclasses import dataclass

DEPTH_MAX = 32
VALUES_MAX = 100_000
TEXT_MAX = 10_000
DIGITS_MAX_BITS = 128


@dataclass(frozen=True, slots=True)
class ShapeFault:
    """`path` leads to the value at fault; `said` continues a sentence that names it."""

    code: str
    said: str
    path: tuple[str | int, ...]


def find_shape_fault(value: object, depth_max: int = DEPTH_MAX) -> ShapeFault | None:
    """The first thing that makes `value` unfit; None when it is plain, bounded JSON. Never recurses."""
    pending: list[tuple[object, tuple[str | int, ...]]] = [(value, ())]
    seen = 0
    while pending:
        current, path = pending.pop()
        seen += 1
        if seen > VALUES_MAX:
            return ShapeFault("too_large", f"holds more than {VALUES_MAX:,} values; make it smaller", ())
        if len(path) > depth_max:
            return ShapeFault("too_deep", f"nests more than {depth_max} levels deep; make it flatter", path)
        if isinstance(current, dict):
            for key, part in current.items():
                fault = _text_fault(key, path) if isinstance(key, str) else _not_json(key, path)
                if fault is not None:
                    return fault
                pending.append((part, (*path, key)))
        elif isinstance(current, (list, tuple)):
            pending.extend((part, (*path, index)) for index, part in enumerate(current))
        else:
            fault = _scalar_fault(current, path)
            if fault is not None:
                return fault
    return None


def _scalar_fault(value: object, path: tuple[str | int, ...]) -> ShapeFault | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _text_fault(value, path)
    if isinstance(value, int):
        if value.bit_length() > DIGITS_MAX_BITS:
            return ShapeFault("bad_number", "is a number with too many digits", path)
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return ShapeFault("bad_number", "must be a finite number, not NaN or Infinity", path)
        return None
    return _not_json(value, path)


def _not_json(value: object, path: tuple[str | int, ...]) -> ShapeFault:
    return ShapeFault("not_json", f"is a {type(value).__name__}, which JSON does not have", path)


def _text_fault(text: str, path: tuple[str | int, ...]) -> ShapeFault | None:
    if len(text) > TEXT_MAX:
        return ShapeFault("too_large", f"is text of more than {TEXT_MAX:,} characters; shorten it", path)
    if "\x00" in text:
        return ShapeFault("bad_text", "has a NUL character; remove it", path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return ShapeFault("bad_text", "has a broken character (half of a surrogate pair); remove it", path)
    return None
