"""Tokens into sentences, and a sentence into its steps."""

from collections.abc import Iterator

from domain.copilot.comparison_parts import Context, kind_at, skip
from domain.copilot.read_conditions import read_conditions
from domain.copilot.read_source import read_known, source_at
from domain.copilot.read_step import read_step
from domain.copilot.read_whales import read_whales
from domain.copilot.sentence import Sentence, fragment_of
from domain.copilot.steps import ACTIONS, Check, Found, Monitor, Role, Step, Unwatch, Watch
from domain.copilot.tokens import Kind, Token

ROLES: dict[Kind, Role] = {
    Kind.IF: "if", Kind.UNLESS: "unless", Kind.FILTER: "filter", Kind.SKIP: "skip", Kind.CONDITION: "condition"
}  # fmt: skip
_BREAKS = (Kind.END, Kind.ARROW)
_SILENT = (
    Kind.FILLER, Kind.COMMA, Kind.AND, Kind.TO, Kind.OPEN, Kind.CLOSE, Kind.MENTION, Kind.MARKETS, Kind.FIND, Kind.IN,
    Kind.THEN, Kind.BY, Kind.MARKET_ORDER,
)  # fmt: skip
_CONDITIONS = (
    Kind.OPEN, Kind.METRIC, Kind.OP, Kind.NUMBER, Kind.DURATION, Kind.LEVEL, Kind.MOVE, Kind.ENDS, Kind.AFTER,
    Kind.NOT_ON_WATCHLIST, Kind.ON_WATCHLIST,
)  # fmt: skip
_SOURCES = (Kind.WORD, Kind.MARKETS)
_VERBS = (Kind.ADD, Kind.REMOVE, Kind.FIND)
_ACTING = (Kind.ADD, Kind.REMOVE, Kind.BUY, Kind.SELL, Kind.WAIT, Kind.NOTIFY, Kind.FIND)


def cut_sentences(tokens: list[Token]) -> Iterator[list[Token]]:
    """At sentence ends and arrows, and before "then" where something was asked for already; without mere signs."""
    for sentence in _cut(tokens):
        if any(token.kind is not Kind.FILLER or token.text[0].isalnum() for token in sentence):
            yield sentence


def _cut(tokens: list[Token]) -> Iterator[list[Token]]:
    current: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind in _BREAKS:
            if current:
                yield current
            current = []
        elif _goes_on(token, current) and _begins_a_step(current, tokens[index + 1 :]):
            if current:
                yield current
            current = [token]
        else:
            current.append(token)
    if current:
        yield current


def _goes_on(token: Token, before: list[Token]) -> bool:
    """At "then", and at ", check the watchlist …" behind something that was asked for already."""
    if token.kind is Kind.THEN:
        return True
    return token.kind is Kind.FIND and bool(before) and before[-1].kind in (Kind.COMMA, Kind.AND)


def _begins_a_step(before: list[Token], behind: list[Token]) -> bool:
    """Not in "if the volume is high, then buy": that is one step with its condition."""
    acting = [index for index, token in enumerate(before) if token.kind in _ACTING]
    conditional = [index for index, token in enumerate(before) if token.kind in (Kind.IF, Kind.UNLESS)]
    return bool(acting) and not (conditional and max(acting) < max(conditional) and _acts_next(behind))


def _acts_next(tokens: list[Token]) -> bool:
    for token in tokens:
        if token.kind in _BREAKS:
            return False
        if token.kind in _ACTING:
            return True
    return False


def read_sentence(text: str, tokens: list[Token], context: Context) -> Sentence:
    """Never raises; what it cannot use is in `left_over`."""
    return _Reader(text, tokens, context).read()


class _Reader:
    """Goes through the tokens once. `_verb` is an "add", "remove" or "check" that waits for what it is about."""

    def __init__(self, text: str, tokens: list[Token], context: Context) -> None:
        self._text = text
        self._tokens = tokens
        self._sentence = Sentence(fragment_of(text, tokens), context)
        self._role: Role | None = None
        self._verb: Token | None = None
        self._left: list[tuple[int, Token]] = []

    def read(self) -> Sentence:
        at = 0
        while at < len(self._tokens):
            at = self._next(at)
        if self._verb is not None and self._verb.kind is not Kind.FIND:
            self._left.append((self._tokens.index(self._verb), self._verb))
        self._sentence.open_condition = self._role is not None
        self._sentence.left_over = self._runs()
        return self._sentence

    def _next(self, at: int) -> int:
        token = self._tokens[at]
        if token.kind is Kind.REMARK:
            self._sentence.remarks.append(fragment_of(self._text, [token]))
            return at + 1
        if token.kind is Kind.NEGATION:
            self._sentence.negation = self._sentence.negation or token.text
            return at + 1
        role = ROLES.get(token.kind)
        if role is not None:
            # "Condition (if …)" says it twice.
            self._role = self._role or role
            return at + 1
        found = (
            self._whales(at)
            or self._condition(at)
            or self._source(at)
            or self._listed(at)
            or read_step(self._tokens, at)
        )
        if found is not None:
            self._sentence.steps.append(found.step)
            return max(found.end, at + 1)
        if token.kind in _VERBS:
            if self._verb is not None and self._verb.kind is not Kind.FIND:
                self._left.append((at, self._verb))
            self._verb = token
        elif token.kind not in _SILENT and not self._introduces(at):
            self._left.append((at, token))
        return at + 1

    def _introduces(self, at: int) -> bool:
        """Words that only lead to the next one: "set a stop loss", "every market in …"."""
        kind, following = self._tokens[at].kind, kind_at(self._tokens, skip(self._tokens, at + 1))
        if kind is Kind.CHANGE:
            return following in (Kind.EXIT_RULE, Kind.NUMBER)
        return kind is Kind.EVERY and following in (Kind.MARKETS, Kind.WORD)

    def _whales(self, at: int) -> Found | None:
        if self._tokens[at].kind is not Kind.WHALES or self._role in ("unless", "skip"):
            return None
        found = read_whales(self._tokens, at)
        if found is not None:
            self._role = None
        return found

    def _condition(self, at: int) -> Found | None:
        if self._tokens[at].kind not in _CONDITIONS or (
            self._tokens[at].kind is Kind.ON_WATCHLIST
            and self._verb is not None
            and self._verb.kind is Kind.ADD
        ):
            return None
        conditions = read_conditions(self._tokens, at, self._sentence.context)
        if conditions is None:
            return None
        step = Check(conditions, self._role or "plain")
        self._role = None
        return Found(step, conditions.end)

    def _source(self, at: int) -> Found | None:
        if self._tokens[at].kind not in _SOURCES:
            return None
        find = self._verb is not None and self._verb.kind is Kind.FIND
        found, begin = source_at(self._tokens, at, find)
        if found is None and find:
            found, begin = read_known(self._tokens, at), at
        if found is None:
            return None
        self._left.extend((index, self._tokens[index]) for index in range(at, begin))
        if find:
            self._verb = None
        return found

    def _listed(self, at: int) -> Found | None:
        """What becomes of the watchlist depends on the verb before it."""
        token = self._tokens[at]
        if token.kind not in (Kind.WATCHLIST, Kind.ON_WATCHLIST) or token.value:
            return None
        verb = self._verb.kind if self._verb is not None else None
        steps: dict[Kind, Step] = {Kind.ADD: Watch(), Kind.REMOVE: Unwatch(), Kind.FIND: Monitor()}
        step = steps.get(verb) if verb is not None else None
        if step is None and kind_at(self._tokens, at + 1) is Kind.MARKETS:
            return Found(Monitor(), at + 2)
        if step is None:
            return None
        self._verb = None
        return Found(step, at + 1)

    def _runs(self) -> list[list[Token]]:
        """Left-over tokens that stand beside each other, or have only silent ones between them, are one run."""
        runs: list[list[Token]] = []
        last = -2
        for index, token in sorted(self._left, key=lambda pair: pair[0]):
            between = self._tokens[last + 1 : index]
            if runs and all(one.kind is Kind.FILLER for one in between):
                runs[-1].append(token)
            else:
                runs.append([token])
            last = index
        return runs


def acts(steps: list[Step]) -> bool:
    return any(isinstance(step, ACTIONS) for step in steps)
