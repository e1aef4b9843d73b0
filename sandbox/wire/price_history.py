"""Past midpoints, under the CLOB's rules for spans, intervals and granularity."""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.clock import DAY, HOUR, MINUTE
from sandbox.venue import Venue
from sandbox.wire.query import BadQuery

LONGEST_SPAN = 15 * DAY
SPANS = {"1h": HOUR, "6h": 6 * HOUR, "1d": DAY, "1w": 7 * DAY, "1m": 30 * DAY, "max": None, "all": None}
LEAST_FIDELITY = {"1m": 10, "1w": 5}
USUAL_FIDELITY = {"1h": 1, "6h": 1, "1d": 5, "1w": 30, "1m": 180, "max": 720, "all": 720}
RESOLVED_GRID = 12 * HOUR
MOST_POINTS = 25_000


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """`start_ms` None means: since the market opened. `fidelity` in minutes."""

    interval: str | None
    start_ms: int | None
    end_ms: int
    fidelity: int


def history_request(
    interval: str | None, start: int | None, end: int | None, fidelity: int | None, now_ms: int
) -> HistoryRequest:
    """Checks the parameters (seconds, minutes). Raises BadQuery with the CLOB's complaint."""
    if fidelity is not None and fidelity < 1:
        raise BadQuery("minimum 'fidelity' is 1")
    if start is None and end is None:
        if interval is None:
            raise BadQuery("either 'interval' or 'startTs' and 'endTs' must be given")
        if interval not in SPANS:
            raise BadQuery(f"invalid interval: {interval}")
        least = LEAST_FIDELITY.get(interval, 1)
        if fidelity is not None and fidelity < least:
            raise BadQuery(f"invalid filters: minimum 'fidelity' for '{interval}' range is {least}")
        span = SPANS[interval]
        usual = fidelity or USUAL_FIDELITY[interval]
        return HistoryRequest(interval, None if span is None else now_ms - span, now_ms, usual)
    if start is None:
        raise BadQuery("'startTs' is required with 'endTs'")
    end_ms = now_ms if end is None else end * 1000
    if end_ms < start * 1000:
        raise BadQuery("invalid filters: 'startTs' must be before 'endTs'")
    if end_ms - start * 1000 > LONGEST_SPAN:
        raise BadQuery("invalid filters: 'startTs' and 'endTs' interval is too long")
    return HistoryRequest(None, start * 1000, min(end_ms, now_ms), fidelity or 1)


def history_points(
    venue: Venue, token_id: str, asked: HistoryRequest, now_ms: int
) -> list[tuple[int, Decimal]]:
    """(moment in ms, midpoint), oldest first; empty for unknown tokens, as the exchange answers."""
    market = venue.market_by_token(token_id, now_ms)
    if market is None:
        return []
    closed = venue.state(market, now_ms).closed
    if closed and asked.interval is not None:
        return []
    step = max(asked.fidelity * MINUTE, RESOLVED_GRID if closed else 0)
    start = market.opens_ms if asked.start_ms is None else max(asked.start_ms, market.opens_ms)
    end = min(asked.end_ms, now_ms)
    if (end - start) // step > MOST_POINTS:
        raise BadQuery("invalid filters: too many points, use a coarser 'fidelity'")
    # Whole steps of absolute time, so that two clients asking a second apart get the same points.
    moments = list(range(-(-start // step) * step, end + 1, step))
    if not closed and end >= now_ms - step and (not moments or end // 1000 * 1000 > moments[-1]):
        moments.append(end // 1000 * 1000)
    return venue.midpoints(token_id, moments, now_ms)
