"""Formulas as people write them, and random ones out of a seed."""

from random import Random

NAMES = ("price", "volume", "volume24h", "liquidity", "spread", "momentum_1h", "hours_to_end")
ROW = ("0.42", "612345.678901", "20000", "9000.5", "0.02", "-0.0375", "47.251388888888888888")

WRITTEN = (
    "price",
    "price > 0.4 and momentum_1h < 0",
    "price > 0.4 or volume / 0 > 1",
    "not (price == 0.42)",
    "volume24h / volume > 0.03 ? 'busy' : 'calm'",
    "price < 0.2 ? 1 : price < 0.5 ? 2 : 3",
    "0.1 + 0.2",
    "0.1 + 0.2 == 0.3",
    "(1 - price) / price",
    "price^2 + (1 - price)^2",
    "-price^2",
    "2^-1",
    "2^3^2",
    "10 % 3",
    "-10 % 3",
    "mod(-10, 3)",
    "5!",
    "170!",
    "1e21",
    "1e-7",
    "123456789 * 987654321",
    "1/3",
    "0x1F + 0b11",
    "2price",
    "2 price volume",
    "abs(momentum_1h)",
    "sign(momentum_1h)",
    "round(price, 1)",
    "round(2.5)",
    "round(-2.5)",
    "floor(volume)",
    "ceil(volume)",
    "fix(-2.7)",
    "sqrt(volume)",
    "sqrt(-1)",
    "cbrt(27)",
    "nthRoot(81, 4)",
    "hypot(3, 4)",
    "min(price, spread)",
    "max([1, price, 3])",
    "mean(1, 2, 4)",
    "mean([1, 2; 3, 5])",
    "median([5, 1, 3, 2])",
    "mode([1, 2, 2, 3])[1]",
    "std([1, 2, 3, 4])",
    "std([1, 2, 3, 4], 'uncorrected')",
    "variance(1, 2, 3, 5)",
    "sum([1, 2, 3])",
    "prod([1.5, 2, 3])",
    "mad([10, 20, 30, 100])",
    "quantileSeq([1, 3, 5, 7, 11], 0.35)",
    "corr([1, 2, 3, 4], [2, 4, 7, 8])",
    "sort([3, 1, 2])[1]",
    "cumsum([1, 2, 3])[3]",
    "count([1, 2, 3])",
    "size([1, 2; 3, 4])[1]",
    "det([1, 2; 3, 4])",
    "dot([1, 2, 3], [4, 5, 6])",
    "norm([3, 4])",
    "inv([2, 0; 0, 4])[1, 1]",
    "[1, 2, 3][2]",
    "[1, 2, 3]",
    "sum(map([1, 2, 3], f(x) = x^2))",
    "sum(filter([1, 2, 3, 4], f(x) = x > 2))",
    "f(x) = x * price; f(10)",
    "x = 3; y = x + 1; x * y",
    "x = 3",
    "x = 3;",
    "a = {b: 2}; a.b + 1",
    "gcd(12, 18)",
    "lcm(4, 6)",
    "combinations(5, 2)",
    "permutations(5, 2)",
    "factorial(10)",
    "isPrime(97)",
    "xgcd(36, 60)[1]",
    "bitAnd(12, 10)",
    "12 | 3",
    "5 << 2",
    "true and false",
    "true xor true",
    "1 < 2 < 3",
    "3 > 2 > 1",
    "1 == 1.0000000000001",
    "1 == 1.0000000000000002",
    "1 != 2",
    "'a' == 'a'",
    "equalText('a', 'b')",
    "compareNatural('a10', 'a9')",
    "compare(price, 1)",
    "larger(price, spread)",
    "concat('vol', 'ume')",
    "string(price)",
    "format(pi, 5)",
    "format(volume, {notation: 'fixed', precision: 2})",
    "format(1e10)",
    "number('0.25') * 4",
    "bin(5)",
    "hex(255)",
    "typeOf(price)",
    "5 cm to inch",
    "5 cm + 2 inch",
    "2 hours to minutes",
    "1 day to seconds",
    "90 km/h to m/s",
    "25 degC to degF",
    "100 W * 2 h to kWh",
    "1 GiB to MB",
    "(3 m)^2",
    "5 kg > 4000 g",
    "5 kg > 4 m",
    "number(90 minutes, 'hour')",
    "hours_to_end hours to days",
    "unit('5 cm')",
    "cm",
    "bignumber('0.1') + bignumber('0.2')",
    "bignumber(1) / 3",
    "fraction(1, 3) + fraction(1, 6)",
    "bigint(2)^bigint(80)",
    "i",
    "i^2",
    "(2 + 3i) * (2 - 3i)",
    "re(2 + 3i)",
    "isNaN(0/0)",
    "isInteger(price)",
    "isPositive(momentum_1h)",
    "1/0",
    "-1/0",
    "0/0",
    "1e400",
    "null",
    "undefined",
    "null ?? 5",
    "range(1, 5)[2]",
    "sum(1:10)",
    "",
    "(",
    "1 +",
    "price >",
    "foo",
    "foo(1)",
    "price.foo",
    "'text'",
    '"more text" ',
    "# only a comment",
    "price # and a comment",
    "1 + 1\n2 + 2",
    "e",
    "pi",
    "tau",
    "phi",
    "exp(1)",
    "log(10)",
    "log10(1000)",
    "log2(8)",
    "log(8, 2)",
    "log1p(0.5)",
    "expm1(0.5)",
    "price^1.7",
    "volume^0.25",
    "sin(pi / 6)",
    "cos(1)",
    "tan(0.3)",
    "atan2(1, 2)",
    "sinh(1)",
    "tanh(0.5)",
    "erf(0.5)",
    "gamma(4.5)",
    "sin(30 deg)",
)
"""Functions of date and time are none of mathjs; random ones agree with nobody."""


def random_formula(random: Random, depth: int = 0) -> str:
    """Arithmetic, comparison, logic, choice, statistics and units, nested up to six levels."""
    kinds = ("number", "name") if depth >= 6 else ("number", "name", *GROWING)
    kind = random.choice(kinds)
    if kind == "number":
        return random.choice(
            ("0", "1", "2", "0.5", "3.75", "1e3", "100000", "-2", f"{random.uniform(-9, 9):.3f}")
        )
    if kind == "name":
        return random.choice(NAMES)
    parts = [random_formula(random, depth + 1) for _ in range(3)]
    match kind:
        case "arithmetic":
            return f"({parts[0]} {random.choice(('+', '-', '*', '/'))} {parts[1]})"
        case "power":
            return f"({parts[0]})^{random.choice(('2', '3', '-1'))}"
        case "comparison":
            return f"({parts[0]} {random.choice(('<', '<=', '>', '>=', '==', '!='))} {parts[1]})"
        case "logic":
            return f"({parts[0]} {random.choice(('and', 'or', 'xor'))} {parts[1]})"
        case "not":
            return f"not ({parts[0]})"
        case "choice":
            return f"({parts[0]} ? {parts[1]} : {parts[2]})"
        case "one":
            name = random.choice(("abs", "sign", "floor", "ceil", "round", "sqrt", "square", "cube"))
            return f"{name}({parts[0]})"
        case "unit":
            return f"number({parts[0]} * 1 {random.choice(('cm', 'inch', 'hour'))}, {random.choice(('cm', 'hour'))})"
    name = random.choice(("min", "max", "mean", "median", "sum", "prod", "std", "variance"))
    return f"{name}([{', '.join(parts)}])"


GROWING = (
    "arithmetic",
    "arithmetic",
    "power",
    "comparison",
    "logic",
    "not",
    "choice",
    "one",
    "unit",
    "statistics",
)
