"""Structured logs on the standard output: one JSON object per line, with what is being worked on, without secrets."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO

import structlog

HIDDEN = "[hidden]"
_SECRET_KEY = re.compile(
    r"token$|secret|password|passphrase|authorization|cookie|private_?key|signature|api_?key|mnemonic",
    re.IGNORECASE,
)
# 32 bytes in hex may be a private key. They may also be a condition id or an order hash, which we must be able to read:
# those are under keys that say so.
_PRIVATE_KEY_LIKE = re.compile(r"\b(?:0x)?[0-9a-fA-F]{64}\b")
_PUBLIC_HEX_KEY = re.compile(
    r"condition_?id|hash|market_?id|question_?id|salt|digest|fingerprint", re.IGNORECASE
)
_URL_PASSWORD = re.compile(r"(?P<start>[a-z][a-z0-9+.-]*://[^/\s:@]*:)[^/\s@]+(?=@)", re.IGNORECASE)
_LINK_CODE = re.compile(r"(?P<start>[?&](?:code|token)=)[^&\s\"']+")
_BEARER = re.compile(r"(?P<start>\bBearer\s+)[A-Za-z0-9._~+/=-]+", re.IGNORECASE)
DEPTH_MAX = 8


def configure_logging(level: str = "info", json: bool = True, stream: TextIO | None = None) -> None:
    """For the whole process, `logging` of libraries included. `stream` defaults to the standard output.

    Raises ValueError for an unknown level.
    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(f"unknown log level {level!r}")
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secrets,
            renderer,
        ],
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for chatty in ("httpx", "httpcore", "httpx2", "httpcore2", "openai", "anthropic", "asyncio", "urllib3"):
        logging.getLogger(chatty).setLevel(max(number, logging.WARNING))


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """`log.info("order posted", venue_order_id=…)`: an event in words, values as keys."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


@contextmanager
def log_context(
    strategy_id: object = None, execution_number: int | None = None, order_id: object = None
) -> Iterator[None]:
    """Every line logged inside carries these, also from functions called with `await`. None leaves a key as it was."""
    given = {"strategy_id": strategy_id, "execution_number": execution_number, "order_id": order_id}
    known = {
        key: value if isinstance(value, int) else str(value)
        for key, value in given.items()
        if value is not None
    }
    with structlog.contextvars.bound_contextvars(**known):
        yield


def hide_secrets(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Processor: replaces what looks like a secret, by key or by form, at any depth."""
    return {key: _clean(key, value, DEPTH_MAX) for key, value in event.items()}


def hide_in_text(text: str, *, keep_hex: bool = False) -> str:
    """The text with passwords in URLs, bearer tokens, login codes and private keys hidden."""
    for pattern in (_URL_PASSWORD, _LINK_CODE, _BEARER):
        text = pattern.sub(lambda found: found["start"] + HIDDEN, text)
    return text if keep_hex else _PRIVATE_KEY_LIKE.sub(HIDDEN, text)


def _clean(key: str, value: object, depth: int) -> object:
    if _SECRET_KEY.search(key) and not isinstance(value, bool | int | float | None):
        return HIDDEN
    if isinstance(value, str):
        return hide_in_text(value, keep_hex=_PUBLIC_HEX_KEY.search(key) is not None)
    if isinstance(value, bool | int | float | None):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), content, depth - 1) for inner, content in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(key, content, depth - 1) for content in value]
    if isinstance(value, bytes | bytearray):
        return f"<{len(value)} bytes>"
    return hide_in_text(str(value), keep_hex=_PUBLIC_HEX_KEY.search(key) is not None)
