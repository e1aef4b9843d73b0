"""The live stream over HTTP."""

from typing import Annotated, cast

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from api.dependencies import CurrentUser, Now, Parts
from api.event_stream.stream import find_start, stream
from api.event_stream.subscriptions import Subscriptions
from api.problem import invalid_request
from api.users.authenticate import is_still_valid

router = APIRouter(tags=["events"])
NUMBER_DIGITS_MAX = 18


def _number(text: str | None) -> int | None:
    if text is None or text == "":
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > NUMBER_DIGITS_MAX:
        raise invalid_request("Last-Event-ID is a number that this stream gave.", "Last-Event-ID")
    return int(text)


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"description": "server-sent events", "content": {"text/event-stream": {}}}},
)
async def live_stream(
    request: Request,
    parts: Parts,
    user: CurrentUser,
    now: Now,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
    after: Annotated[str | None, Query(description="as Last-Event-ID, for clients without headers")] = None,
) -> StreamingResponse:
    """`hello` first (`reset`: read everything again), then each event once, in order; a comment every 15 seconds."""
    subscriptions = cast(Subscriptions, request.app.state.subscriptions)
    subscriptions.check_room(str(user.id))
    start = await find_start(parts.database, user.id, _number(last_event_id or after), now)

    async def is_allowed() -> bool:
        return await is_still_valid(parts.database, user, parts.now())

    return StreamingResponse(
        stream(parts.database, subscriptions, user.id, start, is_allowed),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
