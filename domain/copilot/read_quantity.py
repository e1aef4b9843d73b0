"""Numbers with their units, lengths of time, and spans of the past, as they are written."""

import re
from dataclasses import dataclass
from decimal import Decimal

from domain.copilot.tokens import Quantity, Unit

DIGITS_MAX = 18
COUNTS = {
    word: number
    for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=2
    )
} | {"fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90}
SCALES = {"k": 3, "t": 3, "m": 6, "b": 9}
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}

_LONG = r"seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?"
_WORDS = "|".join(COUNTS)
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.)])-)?(?P<usd>\$ ?|usdc? )?(?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+)"
    r"(?P<scale>(?: ?(?:thousand|million|billion)|k|mn|mio|m|bn|b)(?!\w))?"
    r"(?P<unit> ?%| ?(?:percent|per cent|pct|cents?|ct|usdc?|dollars?|bucks?)(?!\w)|¢|c(?!\w)| ?\$(?!\d))?"
    r"(?P<plus>\+)?(?!\w)",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    rf"(?:(?P<digits>\d[\d,]*(?:\.\d+)?)(?:[ -]?(?P<long>{_LONG})|(?P<short>[smhdw]))"
    rf"|(?P<words>half an?|an?|one|{_WORDS})[ -](?P<unit>{_LONG}))(?!\w)",
    re.IGNORECASE,
)
_WINDOW = re.compile(
    r"(?:in|over|within|during|for|of) (?:the )?(?:last|past|previous) "
    rf"(?:(?:(?P<digits>\d[\d,]*)|(?P<words>{_WORDS}))[ -]?)?(?P<unit>{_LONG}|(?<=\d)[mhdw])(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    quantity: Quantity
    end: int


@dataclass(frozen=True, slots=True)
class Length:
    seconds: Decimal
    end: int


def read_number(plain: str, at: int) -> Number | None:
    """None where there is no number, or one with more digits than anybody means."""
    found = _NUMBER.match(plain, at)
    if found is None:
        return None
    value = _decimal(found["digits"])
    if value is None:
        return None
    scale = (found["scale"] or "").strip().casefold()[:1]
    if scale:
        value = value.scaleb(SCALES[scale])
    unit = _unit((found["unit"] or "").strip().casefold(), usd=found["usd"] is not None)
    signed = -value if found["sign"] else value
    return Number(Quantity(signed, unit, bool(scale), found["plus"] is not None), found.end())


def _unit(written: str, usd: bool) -> Unit:
    if written in ("%", "percent", "per cent", "pct"):
        return "percent"
    if written.startswith("c") or written == "¢":
        return "cents"
    return "usd" if written or usd else "bare"


def read_length(plain: str, at: int) -> Length | None:
    found = _LENGTH.match(plain, at)
    if found is None:
        return None
    return _length(found, found["long"] or found["short"] or found["unit"], found["words"])


def read_window(plain: str, at: int) -> Length | None:
    """`in the last hour`: how far back."""
    found = _WINDOW.match(plain, at)
    return _length(found, found["unit"], found["words"]) if found is not None else None


def _length(found: re.Match[str], unit: str, words: str | None) -> Length | None:
    if words is not None:
        word = words.casefold()
        count: Decimal | None = Decimal("0.5") if word.startswith("half") else Decimal(COUNTS.get(word, 1))
    else:
        count = _decimal(found["digits"]) if found["digits"] is not None else Decimal(1)
    return None if count is None else Length(count * SECONDS[unit[0].casefold()], found.end())


def _decimal(digits: str) -> Decimal | None:
    written = digits.replace(",", "")
    # \d also matches digits of other scripts, which Decimal reads; more of them than this is no amount.
    return Decimal(written) if len(written) <= DIGITS_MAX else None
