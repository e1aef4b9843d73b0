import socket
from collections.abc import Awaitable, Callable

import pytest

from config.settings import MarketSource
from launcher.errors import LauncherError
from launcher.market_source import choose_source, polymarket_answers

AUTO, POLYMARKET, SANDBOX = MarketSource.AUTO, MarketSource.POLYMARKET, MarketSource.SANDBOX


def probe(answer: bool) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return answer

    return ask


async def never() -> bool:
    raise AssertionError("the network must not be asked")


async def test_auto_takes_polymarket_when_it_answers() -> None:
    assert (await choose_source(AUTO, None, "d", probe(True))).source is POLYMARKET


async def test_auto_takes_the_sandbox_when_polymarket_does_not_answer_and_says_so() -> None:
    choice = await choose_source(AUTO, None, "d", probe(False))
    assert choice.source is SANDBOX
    assert "simulated" in choice.sentence


async def test_auto_keeps_the_source_of_the_folder() -> None:
    assert (await choose_source(AUTO, "sandbox", "d", never)).source is SANDBOX
    assert (await choose_source(AUTO, "polymarket", "d", probe(True))).source is POLYMARKET


async def test_auto_keeps_polymarket_when_it_does_not_answer_now_and_says_so() -> None:
    choice = await choose_source(AUTO, "polymarket", "d", probe(False))
    assert choice.source is POLYMARKET
    assert "doesn't answer now" in choice.sentence


@pytest.mark.parametrize(("wanted", "stored"), [(SANDBOX, "polymarket"), (POLYMARKET, "sandbox")])
async def test_a_folder_of_the_other_source_is_refused_with_both_ways_out(
    wanted: MarketSource, stored: str
) -> None:
    with pytest.raises(
        LauncherError, match=rf"belongs to the market source {stored}.*CASCADIAN_DATA_DIR.*reset"
    ):
        await choose_source(wanted, stored, "d", never)


@pytest.mark.parametrize("wanted", [SANDBOX, POLYMARKET])
@pytest.mark.parametrize("fresh", [True, False])
async def test_a_named_source_asks_nobody(wanted: MarketSource, fresh: bool) -> None:
    assert (await choose_source(wanted, None if fresh else str(wanted), "d", never)).source is wanted


async def test_an_unknown_source_in_the_folder_is_refused() -> None:
    with pytest.raises(LauncherError, match="unknown market source"):
        await choose_source(AUTO, "kalshi", "d", never)


async def test_polymarket_does_not_answer_on_a_dead_port_or_a_silent_one() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert not await polymarket_answers(dead, seconds_max=0.5)
        silent.listen(1)
        assert not await polymarket_answers(dead, seconds_max=0.5)
