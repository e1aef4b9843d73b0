"""Evidence as it was stored, read back into requests and answers, so that any past decision can be replayed."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter

from domain.market.activity import HoldersAnswer, TradesAnswer
from domain.market.answers import BookAnswer, HistoryAnswer, MarketsAnswer
from domain.strategy.requests import (
    Answer,
    BooksAnswer,
    FormulasAnswer,
    HistoriesAnswer,
    PositionsAnswer,
    PublicHoldersAnswer,
    PublicTradesAnswer,
    Request,
    WatchlistAnswer,
)
from domain.strategy.run_decision import Evidence, NotInEvidence

A = TypeVar("A", bound=BaseModel)
REQUESTS: TypeAdapter[Request] = TypeAdapter(Request)
WHOLE: Mapping[str, type[MarketsAnswer | WatchlistAnswer | PositionsAnswer | FormulasAnswer]] = {
    "markets": MarketsAnswer,
    "markets_by_id": MarketsAnswer,
    "watchlist": WatchlistAnswer,
    "positions": PositionsAnswer,
    "formulas": FormulasAnswer,
}
"""Stored as one body, by the kind of the request."""


def evidence_from(stored: Iterable[Mapping[str, Any]], bodies: Mapping[str, bytes]) -> Evidence:
    """`stored`: the evidence of one execution row; `bodies`: JSON of the answers by digest, unpacked.

    Raises NotInEvidence for a body that is gone.
    """
    return [
        (REQUESTS.validate_python(kept["request"]), _answer(kept["request"]["kind"], kept["answer"], bodies))
        for kept in stored
    ]


def _answer(kind: str, answer: str | Mapping[str, str], bodies: Mapping[str, bytes]) -> Answer:
    if isinstance(answer, str):
        return WHOLE[kind].model_validate_json(_body(answer, bodies))
    parts = {key: _body(digest, bodies) for key, digest in answer.items()}
    match kind:
        case "books":
            return BooksAnswer(books=_each(parts, BookAnswer))
        case "price_histories":
            return HistoriesAnswer(histories=_each(parts, HistoryAnswer))
        case "trades":
            return PublicTradesAnswer(trades=_each(parts, TradesAnswer))
        case "holders":
            return PublicHoldersAnswer(holders=_each(parts, HoldersAnswer))
    raise NotInEvidence(f"an answer to {kind} is not stored in parts")


def _each(parts: Mapping[str, bytes], model: type[A]) -> dict[str, A]:
    return {key: model.model_validate_json(body) for key, body in parts.items()}


def _body(digest: str, bodies: Mapping[str, bytes]) -> bytes:
    body = bodies.get(digest)
    if body is None:
        raise NotInEvidence(f"the answer {digest[:12]} is not kept any more")
    return body
