"""What routes ask for: the parts, the clock, and who is asking."""

from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from api.parts import ApiParts
from api.problem import ApiProblem
from api.users.authenticate import Requester, authenticate_cookie, authenticate_token, unauthenticated
from api.users.session_cookie import COOKIE, EXTENDED

CSRF_HEADER = "X-Cascadian"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def parts_of(request: Request) -> ApiParts:
    return cast(ApiParts, request.app.state.parts)


Parts = Annotated[ApiParts, Depends(parts_of)]


def current_time(parts: Parts) -> datetime:
    return parts.now()


Now = Annotated[datetime, Depends(current_time)]


async def current_user(request: Request, parts: Parts, now: Now) -> Requester:
    """Raises ApiProblem 401, or 403 for a browser request that another site may have caused."""
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        return await authenticate_token(parts.database, authorization, now)
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        raise unauthenticated()
    if request.method not in SAFE_METHODS and request.headers.get(CSRF_HEADER) != "1":
        raise ApiProblem(403, "forbidden", f"Requests with a cookie must carry the header {CSRF_HEADER}: 1.")
    user, extended = await authenticate_cookie(parts.database, cookie, now)
    if extended:
        setattr(request.state, EXTENDED, (cookie, parts.secure_cookie))
    return user


CurrentUser = Annotated[Requester, Depends(current_user)]
