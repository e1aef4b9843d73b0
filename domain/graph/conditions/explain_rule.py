"""Rules and their results in plain words."""

from collections.abc import Iterator

from domain.graph.conditions.compile_rule import OPERATORS, CompiledPart, CompiledRule, metric_of
from domain.graph.conditions.facts import Facts
from domain.graph.conditions.metric import Metric
from domain.graph.conditions.rule import AllOf, AnyOf, Comparison, Not, Operator, Rule
from domain.graph.words import bounded, exact_words, joined, unlike

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
            return _comparison_words(rule)
        case AllOf():
            text = " and ".join(_words(part, True) for part in rule.all)
            return f"({text})" if nested and len(rule.all) > 1 else text
        case AnyOf():
            text = " or ".join(_words(part, True) for part in rule.any)
            return f"({text})" if nested and len(rule.any) > 1 else text
        case Not():
            return f"not ({_words(rule.not_, False)})"


def _comparison_words(comparison: Comparison) -> str:
    metric = metric_of(comparison)
    if metric.flag is not None and comparison.op in ("=", "!=") and comparison.value in (0, 1):
        return metric.flag[int(comparison.value) ^ (comparison.op == "!=")]
    return f"{metric.words} {OPERATOR_WORDS[comparison.op]} {exact_words(comparison.value)}"


def explain(rule: CompiledRule, facts: Facts) -> str:
    """Why the rule holds, does not hold or cannot be judged: the comparisons that decided it, values first."""
    pieces = list(dict.fromkeys(_pieces(rule.root, facts)))
    return bounded(joined(pieces, kept=PIECES_MAX))


def _pieces(part: CompiledPart, facts: Facts) -> Iterator[str]:
    """Sentences of the comparisons that had a say in the result."""
    if isinstance(part.rule, Comparison) and part.metric is not None:
        yield _piece(part.rule, part.metric, part.threshold_words, facts)
        return
    if isinstance(part.rule, Not):
        yield from _pieces(part.parts[0], facts)
        return
    result = part.test(facts)
    for inner in part.parts:
        if inner.test(facts) is result:
            yield from _pieces(inner, facts)


def _piece(comparison: Comparison, metric: Metric, other: str, facts: Facts) -> str:
    value, threshold = metric.read(facts), comparison.value
    if value is None:
        return f"{metric.words} is not known: {metric.unknown}"
    if metric.flag is not None:
        return f"it is {metric.flag[int(value)]}"
    if value != threshold:
        relation = "above" if value > threshold else "below"
        return f"{metric.words} {unlike(value, other)} is {relation} {other}"
    held = OPERATORS[comparison.op](value, threshold)
    wanted = "" if held or comparison.op == "!=" else f", not {OPERATOR_WORDS[comparison.op]} it"
    return f"{metric.words} is exactly {other}{wanted}"
