"""Whether a sentence was understood well enough to be drawn: what spends money or decides is taken whole or not at all."""

from domain.copilot.draft import Fragment, NotUnderstood
from domain.copilot.sentence import Sentence, fragment_of
from domain.copilot.steps import Buy, Check, Refused, Sell
from domain.copilot.tokens import Kind
from domain.graph.words import bounded

UNKNOWN = "These words are not known here."
VAGUE = "It says no number."
NOTHING = "Nothing in it could be drawn."
WORDS_MAX = 80
_DECIDING = (
    Kind.METRIC, Kind.OP, Kind.POST_OP, Kind.BETWEEN, Kind.MOVE, Kind.OR, Kind.RANK, Kind.LEFT, Kind.ENDS, Kind.LEVEL, Kind.WHALES
)  # fmt: skip
"""Words of conditions: where one of them is left over, a condition was not said as it was read."""


def fault_of(sentence: Sentence) -> str:
    """Why nothing of the sentence is drawn; empty when it is."""
    refused = next((step for step in sentence.steps if isinstance(step, Refused)), None)
    if sentence.negation:
        return f"It says “{sentence.negation}”: what should not happen cannot be drawn from words; say what should happen."
    if refused is not None:
        return refused.why
    said = _left_words(sentence)
    if sentence.open_condition:
        return f"Its condition was not understood{f', at “{said}”' if said else ''}."
    if not sentence.steps:
        return NOTHING
    if not said:
        return ""
    if any(isinstance(step, Buy | Sell) for step in sentence.steps):
        return f"“{said}” was not understood, and what spends money is taken whole or not at all."
    if any(token.kind in _DECIDING for run in sentence.left_over for token in run):
        return f"“{said}” was not understood, and a condition is taken whole or not at all."
    if any(isinstance(step, Check) and step.role != "plain" for step in sentence.steps):
        return f"“{said}” was not understood, and a condition is taken whole or not at all."
    return ""


def _left_words(sentence: Sentence) -> str:
    if not sentence.left_over:
        return ""
    return bounded(" ".join(token.text for token in sentence.left_over[0]), WORDS_MAX)


def left_over(text: str, sentence: Sentence) -> list[NotUnderstood]:
    """The pieces of a drawn sentence that nothing was made of."""
    found = []
    for run in sentence.left_over:
        vague = all(token.kind in (Kind.VAGUE, Kind.LEVEL) for token in run)
        found.append(NotUnderstood(fragment_of(text, run), VAGUE if vague else UNKNOWN))
    return found


def whole(sentence: Sentence, why: str) -> NotUnderstood:
    return NotUnderstood(Fragment(sentence.fragment.offset, sentence.fragment.text), why)
