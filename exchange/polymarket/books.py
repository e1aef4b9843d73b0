"""Order books, many at a time (POST /books)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from domain.market.answers import BookAnswer
from exchange.errors import MalformedEntry
from exchange.polymarket.book_parsing import book_from
from exchange.polymarket.isolation import read_isolated
from exchange.polymarket.rate_limits import Endpoint
from exchange.polymarket.upstream import Upstream

if TYPE_CHECKING:
    from polymarket import AsyncPublicClient

BATCH = 500
"""Most tokens in one request; the venue answers 400 above its cap."""
NOT_FOUND = 404


async def read_books(
    client: "AsyncPublicClient", upstream: Upstream, token_ids: Sequence[str]
) -> Mapping[str, BookAnswer | Exception]:
    """At most 500 tokens: a book, no book (also of what is malformed), or why the venue refuses them all."""

    def not_known(token_id: str, at: datetime) -> BookAnswer:
        upstream.counters.refused_keys[Endpoint.BOOKS.value] += 1
        return BookAnswer(observed_at=at, book=None)

    return await read_isolated(
        token_ids, lambda batch: _read_batch(client, upstream, batch), not_known, upstream.now
    )


async def _read_batch(
    client: "AsyncPublicClient", upstream: Upstream, token_ids: Sequence[str]
) -> Mapping[str, BookAnswer]:
    from polymarket.errors import RequestRejectedError, UnexpectedResponseError

    async def ask() -> Mapping[str, BookAnswer]:
        # Stamped before sending, so that an answer is never thought fresher than it is.
        observed_at = upstream.now()
        answers = {token_id: BookAnswer(observed_at=observed_at, book=None) for token_id in token_ids}
        try:
            books = await client.get_order_books(token_ids=token_ids)
        except RequestRejectedError as error:
            if error.status == NOT_FOUND and len(token_ids) == 1:
                return answers
            raise
        except UnexpectedResponseError as error:
            if _in_entries(error):
                raise MalformedEntry(f"{Endpoint.BOOKS.value}: {error}") from error
            raise
        for book in books:
            if book.asset_id in answers:
                answers[book.asset_id] = BookAnswer(
                    observed_at=observed_at, book=book_from(book, observed_at)
                )
        return answers

    return await upstream.run(Endpoint.BOOKS, ask)


def _in_entries(error: Exception) -> bool:
    """The answer is a list of books, of which some are malformed."""
    cause = error.__cause__
    return isinstance(cause, ValidationError) and all(fault["loc"] for fault in cause.errors())
