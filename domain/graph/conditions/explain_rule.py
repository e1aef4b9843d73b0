"""Rules and their results in plain words."""

from collections.abc import Iterator

from domain.graph.conditions.compile_rule import OPERATORS, CompiledPart, CompiledRule, metric_of
from domain.graph.conditions.facts import Facts
from domain.graph.conditions.metric import Metric
from domain.graph.conditions.rule import AllOf, AnyOf, Comparison, Not, Operator, Rule
from domain.graph.words import bounded, exact_words, joined, two_numbers

OPERATOR_WORDS: dict[Operator, str] = {
    ">": "above",
    ">=": "at least",
    "<": "below",
    "<=": "at most",
    "=": "exactly",
    "!=": "not",
}
PIECES_MAX = 6


def rule_words(rule: Rule) -> str:
    """The rule as a person would say it: volume above 100,000 and 1h momentum above 0.05."""
    return _words(rule, nested=False)


def _words(rule: Rule, nested: bool) -> str:
    match rule:
        case Comparison():
            return f"{metric_of(rule).words} {OPERATOR_WORDS[rule.op]} {exact_words(rule.value)}"
        case AllOf():
            text = " and ".join(_words(part, True) for part in rule.all)
            return f"({text})" if nested and len(rule.all) > 1 else text
        case AnyOf():
            text = " or ".join(_words(part, True) for part in rule.any)
            return f"({text})" if nested and len(rule.any) > 1 else text
        case Not():
            return f"not ({_words(rule.not_, False)})"


def explain(rule: CompiledRule, facts: Facts) -> str:
    """Why the rule holds, does not hold or cannot be judged: the comparisons that decided it, values first."""
    pieces = list(dict.fromkeys(_pieces(rule.root, facts)))
    return bounded(joined(pieces, kept=PIECES_MAX))


def _pieces(part: CompiledPart, facts: Facts) -> Iterator[str]:
    """Sentences of the comparisons that had a say in the result."""
    if isinstance(part.rule, Comparison) and part.metric is not None:
        yield _piece(part.rule, part.metric, facts)
        return
    if isinstance(part.rule, Not):
        yield from _pieces(part.parts[0], facts)
        return
    result = part.test(facts)
    for inner in part.parts:
        if inner.test(facts) is result:
            yield from _pieces(inner, facts)


def _piece(comparison: Comparison, metric: Metric, facts: Facts) -> str:
    value, threshold = metric.read(facts), comparison.value
    if value is None:
        return f"{metric.words} is not known: {metric.unknown}"
    shown, other = two_numbers(value, threshold)
    if value > threshold:
        return f"{metric.words} {shown} is above {other}"
    if value < threshold:
        return f"{metric.words} {shown} is below {other}"
    held = OPERATORS[comparison.op](value, threshold)
    wanted = "" if held or comparison.op == "!=" else f", not {OPERATOR_WORDS[comparison.op]} it"
    return f"{metric.words} is exactly {other}{wanted}"
