"""Conditions in words: comparisons, joined by and, or, and brackets."""

from dataclasses import dataclass
from typing import Any

from domain.copilot.comparison_parts import Context, Named, Part, is_value, kind_at, made, skip
from domain.copilot.read_comparison import read_comparison
from domain.copilot.tokens import Kind, Token

DEPTH_MAX = 5
PARTS_MAX = 40
Rule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conditions:
    """`rules` of which all or any must hold; `end` is the index behind the last token."""

    rules: tuple[Rule, ...]
    match: str
    end: int
    notes: tuple[str, ...]


def read_conditions(tokens: list[Token], at: int, context: Context) -> Conditions | None:
    """As many conditions as follow each other from `at` on; None when there is none."""
    notes: list[str] = []
    found = _any_of(tokens, at, context, notes, 0)
    if found is None:
        return None
    rule = found.rule
    if "any" in rule:
        return Conditions(tuple(rule["any"]), "any", found.end, tuple(notes))
    rules = tuple(rule["all"]) if "all" in rule else (rule,)
    return Conditions(rules, "all", found.end, tuple(notes))


def _any_of(tokens: list[Token], at: int, context: Context, notes: list[str], depth: int) -> Part | None:
    first = _all_of(tokens, at, context, notes, depth)
    if first is None:
        return None
    parts, end = [first.rule], first.end
    while len(parts) < PARTS_MAX:
        joint = skip(tokens, end, (Kind.COMMA,))
        if joint >= len(tokens) or tokens[joint].kind is not Kind.OR:
            break
        further = _all_of(tokens, joint + 1, context, notes, depth)
        if further is None:
            break
        parts.append(further.rule)
        end = further.end
    if len(parts) > 1 and any("all" in part for part in parts):
        notes.append("“And” binds closer than “or”.")
    return Part(_joined("any", parts), end)


def _all_of(tokens: list[Token], at: int, context: Context, notes: list[str], depth: int) -> Part | None:
    first = _one(tokens, at, context, notes, depth)
    if first is None:
        return None
    parts, end = [first.rule], first.end
    while len(parts) < PARTS_MAX:
        joint = skip(tokens, end, (Kind.COMMA, Kind.AND))
        further = _one(tokens, joint, context, notes, depth) or _same_metric(
            tokens, joint, context, parts[-1]
        )
        if further is None:
            break
        parts.append(further.rule)
        end = further.end
    flat = [rule for part in parts for rule in part.get("all", [part])]
    return Part(_joined("all", flat), end)


def _one(tokens: list[Token], at: int, context: Context, notes: list[str], depth: int) -> Part | None:
    start = skip(tokens, at)
    if start < len(tokens) and tokens[start].kind is Kind.OPEN and depth < DEPTH_MAX:
        inner = _any_of(tokens, start + 1, context, notes, depth + 1)
        if inner is None:
            return None
        close = skip(tokens, inner.end)
        if close < len(tokens) and tokens[close].kind is Kind.CLOSE:
            return Part(inner.rule, close + 1)
        return None
    part = read_comparison(tokens, start, context)
    if part is not None:
        notes.extend(part.notes)
    return part


def _same_metric(tokens: list[Token], at: int, context: Context, before: Rule) -> Part | None:
    """`above 0.5 and below 0.8`: the second comparison is about what the first one was."""
    value = skip(tokens, at + 1)
    if kind_at(tokens, at) is not Kind.OP or not is_value(tokens, value) or "metric" not in before:
        return None
    behind = kind_at(tokens, value + 1)
    if behind in (Kind.METRIC, Kind.LEFT, Kind.ON_WATCHLIST, Kind.SLIPPAGE, Kind.MOVE):
        return None
    return made(
        Named(str(before["metric"]), value), tokens[at].value, tokens[value], tokens, value + 1, context
    )


def _joined(word: str, parts: list[Rule]) -> Rule:
    return parts[0] if len(parts) == 1 else {word: parts}
