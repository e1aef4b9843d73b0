"""What formulas give, and what they may not do."""

from pathlib import Path

import pytest

from formulas.engine import MATHJS_FILE, FormulaEngine
from formulas.errors import FormulaEngineUnavailable


async def one(engine: FormulaEngine, formula: str, **values: str | None) -> str:
    """`kind value`, and the text of a quantity."""
    result = (await engine.evaluate(formula, tuple(values), [tuple(values.values())]))[0]
    return f"{result.kind} {result.value} {result.text}".strip()


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("price > 0.4", "boolean true"),
        ("price > 0.5", "boolean false"),
        ("price * 2", "number 0.84"),
        ("10^21", "number 1e+21"),
        ("-0", "number 0"),
        ("price > 0.4 ? 'high' : 'low'", "text high"),
        ("5 inch", "quantity 0.127 5 inch"),
        ("25 degC to K", "quantity 298.15 298.15 K"),
        ("bignumber('0.1') + bignumber('0.2')", "number 0.3"),
        ("fraction(1, 4)", "number 0.25"),
        ("a = price; a + 1", "number 1.42"),
    ],
)
async def test_results_are_numbers_truth_values_text_and_quantities(
    engine: FormulaEngine, formula: str, said: str
) -> None:
    assert await one(engine, formula, price="0.42") == said


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("1 / 0", "the result is infinite"),
        ("0 / 0", "the result is not a number (NaN)"),
        ("sqrt(-1)", "the result is a complex number"),
        ("[1, 2]", "the result is a list, not one value"),
        ("f(x) = x", "the result is a function"),
        ("cm", "the result is a unit without a number"),
        ("{a: 1}", "the result is no number, truth value or text"),
        ("a = 1;", "the formula gives no result"),
        ("null", "the formula gives no result"),
        (
            "concat(format(pi, {notation: 'fixed', precision: 100}), format(pi, {notation: 'fixed', precision: 100}))",
            "the result is text of more than 200 characters",
        ),
        ("price >", "failed: Unexpected end of expression (char 8)"),
        ("prize + 1", "failed: Undefined symbol prize"),
        ("'a' > 3", 'failed: Cannot convert "a" to a number'),
        ("1 " * 300, "has more than 500 characters"),
    ],
)
async def test_what_is_no_result_is_an_error_with_a_sentence(
    engine: FormulaEngine, formula: str, said: str
) -> None:
    assert await one(engine, formula, price="0.42") == f"error {said}"


async def test_a_value_that_is_not_known_matters_only_where_it_is_needed(engine: FormulaEngine) -> None:
    given = {"price": "0.42", "momentum_1h": None}
    assert await one(engine, "price > 0.4 and momentum_1h > 0", **given) == "unknown momentum_1h"
    assert await one(engine, "price > 0.9 and momentum_1h > 0", **given) == "boolean false"
    assert await one(engine, "price > 0.4 or momentum_1h > 0", **given) == "boolean true"
    assert await one(engine, "price > 0.4 ? 1 : momentum_1h", **given) == "number 1"
    assert await one(engine, "momentum_2h", **given) == "error failed: Undefined symbol momentum_2h"


@pytest.mark.parametrize(
    "name",
    ["import", "createUnit", "evaluate", "parse", "parser", "compile", "simplify", "derivative", "rationalize",
     "resolve", "config", "typed", "help", "reviver", "replacer", "simplifyCore", "symbolicEqual", "leafCount"],
)  # fmt: skip
async def test_functions_that_change_or_run_programs_are_refused(engine: FormulaEngine, name: str) -> None:
    for formula in (f"{name}('1')", f"f = {name}; f('1')", f"map([1], {name})", f"{name}(x) = x"):
        assert await one(engine, formula) == f"error failed: {name} cannot be used in a formula"


@pytest.mark.parametrize(
    "formula",
    [
        "'a'.constructor",
        "'a'['constructor']",
        "{}.constructor",
        "{}['__proto__']",
        "{a: 1}.__proto__",
        "{}.toString.constructor",
        "cos.constructor",
        "cos['constructor']('return 1')()",
        "f(x) = x; f.constructor",
        "[1].constructor",
        "(5 cm).constructor",
        "x = {}; x.__proto__ = {a: 1}; x.a",
        "x = {}; x.constructor = 1",
        "x = {}; x['__proto__']['polluted'] = 1",
        "{constructor: 1}.constructor.constructor",
        "map([1], 'constructor')",
        "fraction(1, 2).constructor",
        "bignumber(1).constructor('1')",
        "globalThis",
        "Function('return 1')()",
        "this",
        "eval('1')",
        "format(1, {notation: 'fixed'}).constructor",
        "apply([1], 1, 'constructor')",
    ],
)
async def test_nothing_leads_out_of_mathjs(engine: FormulaEngine, formula: str) -> None:
    assert (await one(engine, formula)).startswith("error")
    assert await one(engine, "typeOf({}.polluted)") == "text undefined"


async def test_what_print_names_is_only_ever_text(engine: FormulaEngine) -> None:
    """It reads any property, but gives nothing that could be called."""
    assert await one(engine, "print('$constructor', {})") == "text function"
    assert (await one(engine, "print('$constructor', {})('return 1')")).startswith("error")


async def test_one_formula_cannot_change_what_another_computes(engine: FormulaEngine) -> None:
    for formula in ("pi = 3; pi", "sqrt(x) = 7; sqrt(9)", "cos = 5", "true = 1", "e = 1; i = 1"):
        await one(engine, formula)
    assert await one(engine, "round(pi, 4)") == "number 3.1416"
    assert await one(engine, "sqrt(9)") == "number 3"
    assert await one(engine, "cos(0)") == "number 1"


async def test_values_are_taken_as_double_numbers(engine: FormulaEngine) -> None:
    assert await one(engine, "x", x="0.1000000000000000055511151231") == "number 0.1"
    assert await one(engine, "x + 0", x="123456789012345678901234567890") == "number 1.2345678901234568e+29"
    assert await one(engine, "x", x="-0.00000000000000000001") == "number -1e-20"


async def test_many_rows_are_answered_in_their_order(engine: FormulaEngine) -> None:
    rows = [(str(number), None if number % 7 == 0 else "1") for number in range(1000)]
    results = await engine.evaluate("n * one", ("n", "one"), rows)
    assert [result.value for result in results] == [
        "one" if number % 7 == 0 else str(number) for number in range(1000)
    ]


async def test_no_rows_need_no_answer(engine: FormulaEngine) -> None:
    assert await engine.evaluate("price", ("price",), []) == ()


async def test_a_missing_library_is_said_clearly(tmp_path: Path) -> None:
    engine = FormulaEngine(tmp_path / MATHJS_FILE)
    with pytest.raises(
        FormulaEngineUnavailable, match=r"mathjs-15\.2\.0\.js is missing; `make web` puts it there"
    ):
        await engine.start()
    with pytest.raises(FormulaEngineUnavailable, match="has no library"):
        await engine.evaluate("1", (), [()])


async def test_a_library_that_is_no_mathjs_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / MATHJS_FILE).write_text("var math = 1;")
    with pytest.raises(FormulaEngineUnavailable, match="did not start"):
        await FormulaEngine(tmp_path / MATHJS_FILE).start()


async def test_the_engine_starts_when_first_asked_and_again_after_it_was_stopped(bundle: Path) -> None:
    engine = FormulaEngine(bundle)
    assert engine.pid is None
    assert await one(engine, "1 + 1") == "number 2"
    assert engine.pid is not None
    await engine.stop()
    assert engine.pid is None
    assert await one(engine, "1 + 1") == "number 2"
    await engine.stop()
