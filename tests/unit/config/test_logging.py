import asyncio
import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
import structlog

from config.logging import HIDDEN, configure_logging, get_logger, log_context

PRIVATE_KEY = "0x" + "ab12" * 16


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("info", json=True, stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def last(stream: io.StringIO) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(stream.getvalue().splitlines()[-1])
    return parsed


def test_a_line_is_one_json_object_with_level_logger_and_utc_time(lines: io.StringIO) -> None:
    get_logger("worker").info("order posted", shares="5.00")
    line = last(lines)
    assert (line["event"], line["level"], line["logger"], line["shares"]) == (
        "order posted",
        "info",
        "worker",
        "5.00",
    )
    assert str(line["timestamp"]).endswith("Z")


def test_libraries_log_in_the_same_form(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("slow %s", "client")
    assert (last(lines)["event"], last(lines)["level"]) == ("slow client", "warning")


def test_the_context_is_on_every_line_inside_and_gone_outside(lines: io.StringIO) -> None:
    strategy = UUID(int=7)
    with log_context(strategy_id=strategy, execution_number=12):
        with log_context(order_id="order-1"):
            get_logger("x").info("inner")
        assert last(lines)["strategy_id"] == str(strategy)
        assert (last(lines)["execution_number"], last(lines)["order_id"]) == (12, "order-1")
        logging.getLogger("library").info("outer")
        assert last(lines)["execution_number"] == 12
        assert "order_id" not in last(lines)
    get_logger("x").info("outside")
    assert "strategy_id" not in last(lines)


async def test_the_context_of_two_tasks_does_not_mix(lines: io.StringIO) -> None:
    async def work(number: int) -> None:
        with log_context(execution_number=number):
            await asyncio.sleep(0)
            get_logger("x").info("done", expected=number)

    await asyncio.gather(*(work(number) for number in range(20)))
    parsed = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert len(parsed) == 20
    assert all(line["execution_number"] == line["expected"] for line in parsed)


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "api_token",
        "secret",
        "session_secret",
        "password",
        "Authorization",
        "cookie",
        "private_key",
        "signature",
        "api_key",
    ],
)
def test_values_under_secret_keys_are_hidden_at_any_depth(lines: io.StringIO, key: str) -> None:
    get_logger("x").info("event", **{key: "very-secret"}, nested={"headers": [{key: "very-secret"}]})
    assert "very-secret" not in lines.getvalue()
    assert last(lines)[key] == HIDDEN


def test_private_keys_passwords_in_urls_bearer_tokens_and_login_codes_are_hidden_in_texts(
    lines: io.StringIO,
) -> None:
    get_logger("x").info(
        f"key {PRIVATE_KEY}",
        url="postgresql+asyncpg://cascadian:pa55word@127.0.0.1:5432/cascadian",
        header="Bearer abc.def-123",
        link="http://localhost:8000/login?code=one-time",
    )
    text = lines.getvalue()
    for secret in (PRIVATE_KEY, PRIVATE_KEY[2:], "pa55word", "abc.def-123", "one-time"):
        assert secret not in text
    assert last(lines)["url"] == f"postgresql+asyncpg://cascadian:{HIDDEN}@127.0.0.1:5432/cascadian"


def test_secrets_in_exceptions_are_hidden(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"bad key {PRIVATE_KEY}")
    except ValueError:
        get_logger("x").exception("failed")
    assert PRIVATE_KEY not in lines.getvalue()
    assert "ValueError" in str(last(lines)["exception"])


def test_what_only_looks_alike_stays_readable(lines: io.StringIO) -> None:
    condition = "0x" + "cd34" * 16
    get_logger("x").info("event", condition_id=condition, order_hash=condition, token_id="123", tokens_max=4)
    line = last(lines)
    assert (line["condition_id"], line["order_hash"], line["token_id"], line["tokens_max"]) == (
        condition,
        condition,
        "123",
        4,
    )


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown log level"):
        configure_logging("loud")


def test_debug_lines_are_dropped_at_info(lines: io.StringIO) -> None:
    get_logger("x").debug("noise")
    assert lines.getvalue() == ""
