"""Price histories, 20 tokens at a time (POST /batch-prices-history), in windows the venue accepts."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.errors import InvalidValue
from domain.market.answers import HistoryAnswer
from domain.market.price_history import PriceHistory, PricePoint
from domain.money import Price, exact
from exchange.errors import MalformedEntry, MarketDataRefused
from exchange.polymarket.isolation import read_isolated
from exchange.polymarket.rate_limits import Endpoint
from exchange.polymarket.upstream import Upstream
from exchange.polymarket.wire import Wire

log = logging.getLogger(__name__)

PATH = "/batch-prices-history"
BATCH = 20
LONGEST_WINDOW = timedelta(days=14)
"""The venue refuses spans above 15 days; a day less leaves room for its clock."""
FINENESS = (
    (timedelta(hours=6), 1),
    (timedelta(hours=36), 5),
    (timedelta(days=7), 30),
)
"""Up to this span, minutes between points: about 400 points per token, so that histories of hundreds of markets fit in
memory. Never finer than the venue serves (5 minutes for a week, 10 for a month)."""
COARSEST = 60


async def read_price_histories(
    clob: Wire, upstream: Upstream, token_ids: Sequence[str], lookback: timedelta
) -> Mapping[str, HistoryAnswer | Exception]:
    """At most 20 tokens. Always by explicit times: asked by interval, the venue returns nothing for resolved markets.

    What is malformed or refused alone is empty; an exception is why the venue refuses them all.
    """

    def not_known(token_id: str, at: datetime) -> HistoryAnswer:
        upstream.counters.refused_keys[Endpoint.PRICE_HISTORY.value] += 1
        return HistoryAnswer(observed_at=at, history=_history(token_id, {}))

    return await read_isolated(
        token_ids, lambda batch: _read_batch(clob, upstream, batch, lookback), not_known, upstream.now
    )


async def _read_batch(
    clob: Wire, upstream: Upstream, token_ids: Sequence[str], lookback: timedelta
) -> Mapping[str, HistoryAnswer]:
    began = observed_at = upstream.now()
    points: dict[str, dict[datetime, PricePoint]] = {token_id: {} for token_id in token_ids}
    for start, end in windows(began - lookback, began):

        async def ask(start: datetime = start, end: datetime = end) -> Any:
            # The newest window ends when it is sent, like the stamp, however long it waited for the rate budget.
            until = upstream.now() if end == began else end
            body = {
                "markets": list(token_ids),
                "start_ts": int(start.timestamp()),
                "end_ts": int(until.timestamp()),
                "fidelity": fidelity(lookback),
            }
            return await clob.post(PATH, body)

        observed_at, answer = await upstream.run_stamped(Endpoint.PRICE_HISTORY, ask)
        for token_id, series in _series(answer).items():
            if token_id in points and not isinstance(series, list | None):
                raise MalformedEntry(f"{PATH}: the history of {token_id} is no list")
            if token_id in points:
                points[token_id].update((point.at, point) for point in _points(series))
    return {
        token_id: HistoryAnswer(observed_at=observed_at, history=_history(token_id, known))
        for token_id, known in points.items()
    }


def windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The span cut into windows the venue accepts, oldest first."""
    while end - start > LONGEST_WINDOW:
        yield start, start + LONGEST_WINDOW
        start += LONGEST_WINDOW
    yield start, end


def fidelity(lookback: timedelta) -> int:
    """Minutes between points."""
    return next((minutes for span, minutes in FINENESS if lookback <= span), COARSEST)


def _series(answer: Any) -> Mapping[str, Any]:
    history = answer.get("history") if isinstance(answer, Mapping) else None
    if history is None and isinstance(answer, Mapping):
        return {}
    if not isinstance(history, Mapping):
        raise MarketDataRefused(f"{PATH}: the answer has no histories by token")
    return history


def _points(series: Any) -> Iterator[PricePoint]:
    for point in series or ():
        try:
            price = exact(point["p"])
            if 0 <= price <= 1:
                yield PricePoint(at=datetime.fromtimestamp(int(point["t"]), UTC), price=Price(price))
        except (KeyError, TypeError, ValueError, OverflowError, OSError, InvalidValue) as error:
            log.debug("left out a price point: %s", error)


def _history(token_id: str, known: Mapping[datetime, PricePoint]) -> PriceHistory:
    return PriceHistory(token_id=token_id, points=tuple(known[at] for at in sorted(known)))
