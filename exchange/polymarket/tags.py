"""Tag slugs become tag ids: listings are filtered by id only."""

from typing import TYPE_CHECKING

from exchange.polymarket.rate_limits import Endpoint
from exchange.polymarket.upstream import Upstream

if TYPE_CHECKING:
    from polymarket import AsyncPublicClient

NOT_FOUND = 404


async def read_tag_id(client: "AsyncPublicClient", upstream: Upstream, slug: str) -> str | None:
    """None when the venue has no such tag."""
    from polymarket.errors import RequestRejectedError

    async def ask() -> str | None:
        try:
            return (await client.get_tag(slug=slug)).id
        except RequestRejectedError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    return await upstream.run(Endpoint.TAGS, ask)
