"""Randomness without state: the same keys always give the same number, so any moment can be asked for in any order."""

from collections.abc import Sequence
from hashlib import blake2b
from math import cos, log, pi, sqrt
from typing import TypeVar

T = TypeVar("T")

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
STEP = 0xD1342543DE82EF95
SCALE = 1.0 / (1 << 64)
HALF = (1 << 32) - 1
HALF_SCALE = 1.0 / (1 << 32)
TURN = 2.0 * pi * HALF_SCALE


def mix(*keys: int) -> int:
    """64 well-mixed bits of the given integers: a polynomial of the keys, finished as in splitmix64."""
    state = GOLDEN
    for key in keys:
        state = (state * STEP + key) & MASK
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
    return state ^ (state >> 31)


def unit(*keys: int) -> float:
    """Uniform in [0, 1)."""
    return mix(*keys) * SCALE


def normal(*keys: int) -> float:
    """Standard normal."""
    bits = mix(*keys)
    return sqrt(-2.0 * log(((bits >> 32) + 1) * HALF_SCALE)) * cos(TURN * (bits & HALF))


def choice(options: Sequence[T], *keys: int) -> T:
    return options[mix(*keys) % len(options)]


def text_key(text: str) -> int:
    """A stable 64-bit key of a text; Python's own hash differs from process to process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def hex_digits(count: int, *keys: int) -> str:
    """`count` hexadecimal digits, at most 64."""
    number = 0
    for part in range(4):
        number = (number << 64) | mix(*keys, part)
    return format(number, "064x")[:count]
