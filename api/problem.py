"""Errors as the API says them: application/problem+json (RFC 9457) with a code that programs can rely on."""

from typing import Literal

from pydantic import BaseModel
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
ProblemCode = Literal[
    "not_found",
    "method_not_allowed",
    "unauthenticated",
    "forbidden",
    "invalid_request",
    "invalid_graph",
    "already_running",
    "already_stopped",
    "not_running",
    "strategy_running",
    "winding_down",
    "withdrawing",
    "run_refused",
    "already_on_watchlist",
    "watchlist_full",
    "insufficient_funds",
    "positions_open",
    "position_closed",
    "exit_under_way",
    "order_over",
    "idempotency_key_reused",
    "idempotency_key_required",
    "in_progress",
    "too_large",
    "too_many_requests",
    "unavailable",
    "internal_error",
]
TITLES: dict[int, str] = {
    401: "Not logged in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Not possible now",
    413: "Too large",
    422: "Not valid",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available right now",
}


class ProblemItem(BaseModel):
    """One thing that is wrong. `field` is a path such as `template.parameters.amount`; `edge_index` counts from 0."""

    node_id: str | None = None
    edge_index: int | None = None
    field: str | None = None
    code: str
    message: str


class Problem(BaseModel):
    """`detail` is one sentence for people; `code` is for programs and never changes its meaning."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    detail: str
    code: ProblemCode
    errors: list[ProblemItem] | None = None


class ApiProblem(Exception):
    """Ends a request with a problem answer."""

    def __init__(
        self,
        status: int,
        code: ProblemCode,
        detail: str,
        *,
        errors: list[ProblemItem] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.problem = Problem(
            title=TITLES.get(status, "Error"), status=status, detail=detail, code=code, errors=errors
        )

    def response(self) -> Response:
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if self.problem.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return Response(
            self.problem.model_dump_json(exclude_none=True),
            status_code=self.problem.status,
            media_type=MEDIA_TYPE,
            headers=headers,
        )


def not_found(what: str) -> ApiProblem:
    """Also for what belongs to somebody else: nobody learns which ids exist."""
    return ApiProblem(404, "not_found", f"There is no such {what}.")


def conflict(code: ProblemCode, detail: str) -> ApiProblem:
    return ApiProblem(409, code, detail)


def invalid_request(detail: str, field: str | None = None) -> ApiProblem:
    errors = None if field is None else [ProblemItem(field=field, code="invalid", message=detail)]
    return ApiProblem(422, "invalid_request", detail, errors=errors)


def unavailable(detail: str, retry_after: int = 2) -> ApiProblem:
    return ApiProblem(503, "unavailable", detail, retry_after=retry_after)
