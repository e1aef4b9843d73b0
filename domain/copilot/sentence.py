"""A sentence, or the part of one between two steps that follow each other: what it asks for, and what is left over."""

from dataclasses import dataclass, field

from domain.copilot.comparison_parts import Context
from domain.copilot.draft import Fragment
from domain.copilot.steps import Step
from domain.copilot.tokens import Kind, Token

_JOINING = (Kind.THEN, Kind.COMMA, Kind.AND)


@dataclass(slots=True)
class Sentence:
    """`steps` in the order of the text. `left_over`: runs of tokens that nothing was made of."""

    fragment: Fragment
    context: Context
    steps: list[Step] = field(default_factory=list)
    left_over: list[list[Token]] = field(default_factory=list)
    negation: str = ""
    open_condition: bool = False
    """An "if" without a condition that was understood."""
    remarks: list[Fragment] = field(default_factory=list)


def fragment_of(text: str, tokens: list[Token]) -> Fragment:
    """The text from the first to the last of these tokens, without words that only join it to what is before."""
    first = next((token for token in tokens if token.kind not in _JOINING), tokens[0])
    end = max(token.end for token in tokens)
    return Fragment(first.start, text[first.start : end].strip())
