"""The OpenAPI schema as clients need it: problem answers on every route, in their own media type."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.event_stream.schemas import HelloView, StreamEventView
from api.problem import MEDIA_TYPE, TITLES, Problem, ProblemItem

PUBLIC = ("/api/health", "/api/login")
METHODS = ("get", "post", "patch", "put", "delete")
PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
DESCRIPTION = (
    "Amounts and prices are decimal text, times are ISO 8601 in UTC. Errors are application/problem+json with a `code`. "
    "Requests with the session cookie that change something carry the header `X-Cascadian: 1`."
)


def build_schema(app: FastAPI, version: str) -> dict[str, Any]:
    schema = get_openapi(title="Cascadian", version=version, description=DESCRIPTION, routes=app.routes)
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in (Problem, ProblemItem, HelloView, StreamEventView):
        described = model.model_json_schema(ref_template="#/components/schemas/{model}")
        described.pop("$defs", None)
        schemas[model.__name__] = described
    components["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": "cascadian_session"},
        "token": {"type": "http", "scheme": "bearer"},
    }
    for path, operations in schema["paths"].items():
        for method in METHODS:
            if method in operations:
                _complete(path, method, operations[method])
    return schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    for status in _statuses(path, method, operation, responses):
        responses[str(status)] = {
            "description": TITLES[status],
            "content": {MEDIA_TYPE: {"schema": PROBLEM_REF}},
        }
    operation["responses"] = dict(sorted(responses.items()))
    if path not in PUBLIC:
        operation["security"] = [{"session": []}, {"token": []}]


def _statuses(path: str, method: str, operation: dict[str, Any], responses: dict[str, Any]) -> list[int]:
    statuses = [500, 503]
    if path != "/api/health":
        statuses.append(401)
    if path in ("/api/login", "/api/stream") or "429" in responses:
        statuses.append(429)
    if "{" in path:
        statuses.append(404)
    if method != "get":
        statuses += [403, 413]
    if "422" in responses or "requestBody" in operation:
        statuses.append(422)
    if "409" in responses:
        statuses.append(409)
    return statuses
