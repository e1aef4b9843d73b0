"""The date formats that live side by side on the wire."""

from datetime import UTC, datetime


def moment_of(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def iso(at_ms: int) -> str:
    """`2026-12-31T00:00:00Z`, with microseconds where there are any."""
    return moment_of(at_ms).isoformat().replace("+00:00", "Z")


def spaced(at_ms: int) -> str:
    """`2026-07-24 00:25:21+00`."""
    return f"{moment_of(at_ms):%Y-%m-%d %H:%M:%S}+00"


def day(at_ms: int) -> str:
    return f"{moment_of(at_ms):%Y-%m-%d}"


def parse_moment(text: str) -> int:
    """Milliseconds of an ISO moment or date. Raises ValueError."""
    parsed = datetime.fromisoformat(text.replace(" ", "T", 1) if "T" not in text else text)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return round(parsed.timestamp() * 1000)
