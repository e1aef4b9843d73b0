"""Formulas that loop or explode are answered, and harm nobody else."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from formulas.engine import USED_UP, FormulaEngine
from formulas.limits import FormulaLimits

TOO_LONG = "took too long"
TOO_MUCH = "needs too much memory"
TOO_DEEP = "nests or calls itself too deep"
BOMBS = {
    "ones(20000, 20000)": (TOO_LONG, TOO_MUCH),
    "zeros(3000, 3000)": (TOO_LONG, TOO_MUCH),
    "x = []; x[100000000] = 1; x": (TOO_LONG, TOO_MUCH),
    "f(x) = f(x); f(1)": (TOO_DEEP,),
    "f(x) = f(x + 1) + 1; f(1)": (TOO_DEEP,),
    "f(x) = x > 0 ? f(x - 1) + f(x - 1) : 1; f(60)": (TOO_LONG,),
    "factorial(bignumber(100000))": (TOO_LONG,),
    "bignumber(2)^bignumber('1e9')": (TOO_LONG, TOO_MUCH, "the result is infinite"),
    "bigint(7)^bigint(3000000)": (TOO_LONG, TOO_MUCH),
    "string(bigint(7)^bigint(300000))": (TOO_LONG,),
    "sum(1:1e9)": (TOO_LONG, TOO_MUCH),
    "det(random([300, 300]))": (TOO_LONG,),
    "sort(random([200000]), 'desc')[1]": (TOO_LONG,),
    "f(s, n) = n == 0 ? s : f(concat(s, s), n - 1); f('xxxxxxxxxxxxxxxxxxxx', 40)": (TOO_LONG, TOO_MUCH),
    "combinations(bignumber(100000), 50000)": (TOO_LONG,),
    "setPowerset(1:40)": (TOO_LONG, TOO_MUCH),
    "map(1:1e6, f(x) = x^2)": (TOO_LONG, TOO_MUCH),
    "isPrime(bigint(10)^bigint(4000) + bigint(7))": (TOO_LONG,),
    "format(bignumber('1e100000000'), {notation: 'fixed'})": (TOO_LONG, TOO_MUCH),
}


@pytest_asyncio.fixture(loop_scope="session")
async def own_engine(bundle: Path) -> AsyncIterator[FormulaEngine]:
    made = FormulaEngine(bundle)
    yield made
    await made.stop()


@pytest.mark.parametrize("formula", BOMBS)
async def test_bombs_are_answered_and_the_engine_stays_well(engine: FormulaEngine, formula: str) -> None:
    result = (await engine.evaluate(formula, (), [()]))[0]
    assert result.kind == "error"
    assert result.value in BOMBS[formula], result
    healthy = await engine.evaluate("price + 1", ("price",), [("0.5",)])
    assert healthy[0].value == "1.5"


async def test_bombs_leave_the_rules_of_numbers_as_they_were(engine: FormulaEngine) -> None:
    """BigNumbers keep a switch thrown while they compute; an interrupted one must not leave it so."""
    for formula in ("exp(bignumber('12345.678'))^3000", "factorial(bignumber(100000))"):
        await engine.evaluate(formula, (), [()])
        third = await engine.evaluate("string(bignumber(1) / 3)", (), [()])
        assert third[0].value == "0." + "3" * 64


async def test_memory_bombs_that_are_quick_run_into_the_memory_limit(bundle: Path) -> None:
    patient = FormulaEngine(bundle, FormulaLimits(evaluation_seconds=20, kill_seconds=30, batch_seconds=60))
    result = await patient.evaluate("x = zeros(2000, 2000); y = x + 1; y[1, 1]", (), [()])
    assert (result[0].kind, result[0].value) == ("error", TOO_MUCH)
    assert (await patient.evaluate("1 + 1", (), [()]))[0].value == "2"
    await patient.stop()


async def test_only_the_market_that_breaks_a_formula_loses_its_answer(own_engine: FormulaEngine) -> None:
    """The power of big integers does not look at the clock: the system ends the child, the rest is computed again."""
    formula = "n == 3 ? size(string(bigint(7)^bigint(300000)))[1] : n"
    results = await own_engine.evaluate(formula, ("n",), [(str(n),) for n in range(8)])
    assert [result.value for result in results] == ["0", "1", "2", TOO_LONG, "4", "5", "6", "7"]


async def test_a_formula_that_bombs_for_every_market_is_given_up(own_engine: FormulaEngine) -> None:
    results = await own_engine.evaluate("sum(1:1e9)", (), [()] * 500)
    assert len(results) == 500
    values = [result.value for result in results]
    computed = values.index(USED_UP)
    assert 1 <= computed <= 30
    assert set(values[computed:]) == {USED_UP}


async def test_others_are_answered_while_somebody_bombs(own_engine: FormulaEngine) -> None:
    """A turn is short: beside three bombs of 500 markets each, every honest request waits for a few turns only."""
    await own_engine.evaluate("price > 0.4", ("price",), [("0.5",)])
    bombs = [
        asyncio.create_task(own_engine.evaluate(formula, (), [()] * 500))
        for formula in ("sum(1:1e9)", "ones(20000, 20000)", "f(x) = f(x); f(1)")
    ]
    answered = 0
    while not all(bomb.done() for bomb in bombs):
        rows = [(str(number / 20),) for number in range(20)]
        results = await asyncio.wait_for(own_engine.evaluate("price > 0.4", ("price",), rows), 15)
        assert [result.value for result in results] == [
            str(number / 20 > 0.4).lower() for number in range(20)
        ]
        answered += 1
    assert answered >= 4
    await asyncio.gather(*bombs)


async def test_a_long_request_of_one_strategy_does_not_hold_up_another(own_engine: FormulaEngine) -> None:
    rows = [(str(number),) for number in range(3000)]
    long = asyncio.create_task(own_engine.evaluate("sqrt(n) * 2 + n^2", ("n",), rows))
    await asyncio.sleep(0)
    short = await own_engine.evaluate("n + 1", ("n",), [("1",)])
    assert short[0].value == "2"
    assert not long.done()
    assert len(await long) == 3000


async def test_a_killed_child_is_replaced_and_nobody_is_blamed(own_engine: FormulaEngine) -> None:
    await own_engine.start()
    for _ in range(3):
        pid = own_engine.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        results = await own_engine.evaluate("n + 1", ("n",), [("1",)])
        assert results[0].value == "2"
        assert own_engine.pid != pid


async def test_a_request_that_is_given_up_leaves_no_answer_for_the_next(own_engine: FormulaEngine) -> None:
    await own_engine.start()
    bomb = asyncio.create_task(own_engine.evaluate("sum(1:1e9)", (), [()]))
    for _ in range(5):
        await asyncio.sleep(0)
    bomb.cancel()
    with pytest.raises(asyncio.CancelledError):
        await bomb
    assert (await own_engine.evaluate("40 + 2", (), [()]))[0].value == "42"


async def test_the_child_ends_when_the_engine_does(bundle: Path) -> None:
    engine = FormulaEngine(bundle)
    await engine.start()
    pid = engine.pid
    assert pid is not None
    began = time.monotonic()
    await engine.stop()
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_the_child_knows_no_secret_of_the_worker(
    own_engine: FormulaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASCADIAN_DATABASE_URL", "postgresql://somebody:secret@127.0.0.1/x")
    await own_engine.start()
    environment = environment_of(own_engine.pid)
    if environment is None:
        pytest.skip("no /proc here")
    assert b"PATH=" in environment
    assert b"secret" not in environment


def environment_of(pid: int | None) -> bytes | None:
    path = Path(f"/proc/{pid}/environ")
    return path.read_bytes() if path.exists() else None


async def test_many_different_formulas_fit_into_the_memory(own_engine: FormulaEngine) -> None:
    """Compiled formulas are kept, but not all of them."""
    for number in range(600):
        long = " + ".join(f"sqrt({number}.{place})" for place in range(30))
        result = await own_engine.evaluate(long, (), [()])
        assert result[0].kind == "number", result
