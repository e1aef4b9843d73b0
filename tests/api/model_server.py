"""A model's endpoint on loopback that speaks both wire formats over real HTTP; what it answers is written by the test."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from launcher.free_port import choose_port
from tests.eventually import eventually

Format = Literal["openai", "anthropic"]
KEY = "key-of-the-test"


@dataclass(frozen=True)
class Call:
    """The model calls one of its tools; `arguments` may depend on what the last tool answered."""

    tool: str
    arguments: dict[str, Any] | Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Say:
    """The model only talks."""

    text: str


@dataclass(frozen=True)
class Fail:
    status: int
    type: str = "error"


@dataclass(frozen=True)
class Garble:
    """An answer that is none."""

    body: str = "<html>upstream is confused</html>"


@dataclass(frozen=True)
class Hang:
    """No answer for as long as the test runs."""


Reply = Call | Say | Fail | Garble | Hang


@dataclass
class Script:
    """Replies in order; the last one is repeated. `asked` are the bodies of the requests."""

    replies: Sequence[Reply]
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def next(self) -> Reply:
        return self.replies[min(len(self.asked), len(self.replies)) - 1]

    @property
    def tools_offered(self) -> set[str]:
        return {tool.get("name") or tool["function"]["name"] for tool in self.asked[0]["tools"]}

    @property
    def tool_answers(self) -> list[str]:
        """What our tools answered, in order."""
        answers: list[str] = []
        for message in self.asked[-1]["messages"] if self.asked else ():
            if message["role"] == "tool":
                answers.append(_text(message["content"]))
            elif message["role"] == "user" and isinstance(message["content"], list):
                results = [part for part in message["content"] if part.get("type") == "tool_result"]
                answers.extend(_text(part["content"]) for part in results)
        return answers


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _arguments(call: Call, script: Script) -> dict[str, Any]:
    if not callable(call.arguments):
        return call.arguments
    last = script.tool_answers[-1]
    try:
        return call.arguments(json.loads(last))
    except ValueError:
        return call.arguments(last)


def _openai(reply: Call | Say, script: Script) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text if isinstance(reply, Say) else None}
    if isinstance(reply, Call):
        function = {"name": reply.tool, "arguments": json.dumps(_arguments(reply, script))}
        message["tool_calls"] = [
            {"id": f"call_{len(script.asked)}", "type": "function", "function": function}
        ]
    finish = "tool_calls" if isinstance(reply, Call) else "stop"
    return {
        "id": "chatcmpl-test",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


def _anthropic(reply: Call | Say, script: Script) -> dict[str, Any]:
    if isinstance(reply, Say):
        content: dict[str, Any] = {"type": "text", "text": reply.text}
    else:
        tool_id = f"toolu_{len(script.asked)}"
        content = {"type": "tool_use", "id": tool_id, "name": reply.tool, "input": _arguments(reply, script)}
    return {
        "id": "msg_test",
        "type": "message",
        "role": "assistant",
        "model": "scripted",
        "content": [content],
        "stop_reason": "tool_use" if isinstance(reply, Call) else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 20},
    }


@dataclass
class Stage:
    """A server whose script can be exchanged. `url`: the base URL that a client of its wire format is given."""

    url: str
    script: Script = field(default_factory=lambda: Script(()))

    def play(self, *replies: Reply) -> Script:
        self.script.over.set()
        self.script = Script(replies)
        return self.script


@asynccontextmanager
async def model_server(wire: Format) -> AsyncIterator[Stage]:
    """Refuses with 503 until something is played."""
    port = choose_port()
    stage = Stage(f"http://127.0.0.1:{port}" + ("/v1" if wire == "openai" else ""))

    async def answer(request: Request) -> Response:
        script = stage.script
        script.asked.append(await request.json())
        script.keys.append(request.headers.get("x-api-key") or request.headers.get("authorization", ""))
        match script.next():
            case Fail(status, kind):
                error = {"type": kind, "message": f"no, because of {KEY}", "code": kind}
                return JSONResponse({"type": "error", "error": error}, status)
            case Garble(body):
                return Response(body, media_type="text/html")
            case Hang():
                await script.over.wait()
                return Response(status_code=503)
            case reply:
                return JSONResponse((_openai if wire == "openai" else _anthropic)(reply, script))

    path = "/v1/chat/completions" if wire == "openai" else "/v1/messages"
    app = Starlette(routes=[Route(path, answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="warning", lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started or task.done()

    await eventually(started, within=20)
    try:
        yield stage
    finally:
        stage.script.over.set()
        server.should_exit = True
        await task
