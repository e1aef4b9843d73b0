"""Numbers and lists as people read them, always bounded in length."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

SENTENCE_MAX = 300
DISPLAY_DIGITS = 6
_DISPLAY = Context(prec=DISPLAY_DIGITS, rounding=ROUND_HALF_EVEN)
_PLAIN_EXPONENT_MAX = 20


def exact_words(value: Decimal) -> str:
    """All digits, with thousands separators: 83,112.5."""
    if value.is_zero():
        return "0"
    if abs(value.adjusted()) > _PLAIN_EXPONENT_MAX:
        return f"{value:.6e}"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number_words(value: Decimal) -> str:
    """Short form: six significant digits, and always all digits before the point."""
    if abs(value) >= 1000:
        return (
            exact_words(value.to_integral_value())
            if value.adjusted() <= _PLAIN_EXPONENT_MAX
            else exact_words(value)
        )
    return exact_words(_DISPLAY.plus(value))


def unlike(value: Decimal, other_words: str) -> str:
    """Short form, unless that would make it look the same as another number that it is not."""
    short = number_words(value)
    return exact_words(value) if short == other_words else short


def time_words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def joined(parts: Sequence[str], word: str = "and", kept: int = 6) -> str:
    """a, b and c; only the first `kept` are named."""
    if len(parts) > kept:
        parts = [*parts[:kept], f"{len(parts) - kept} more"]
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def bounded(sentence: str, length: int = SENTENCE_MAX) -> str:
    return sentence if len(sentence) <= length else sentence[: length - 1] + "…"


def quoted(text: str) -> str:
    """Text of a person inside a sentence, cut where it is long."""
    return f'"{bounded(text, 60)}"'
