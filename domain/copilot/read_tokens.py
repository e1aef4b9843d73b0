"""Text into tokens. Every character is in a token or blank, so that nothing can get lost on the way."""

import re
from collections.abc import Iterator

from domain.copilot.lexicon import PHRASES
from domain.copilot.read_quantity import COUNTS, read_length, read_number, read_window
from domain.copilot.tokens import Kind, Token
from domain.graph.conditions.metric import find_metric

PLAIN = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\t": " ", "\r": " ", "−": "-"}
)  # fmt: skip
BLANKS = " "
QUOTED_SENTENCE_WORDS = 4
QUOTED_MAX = 600
_SOFT_LINE = re.compile(
    r"\n(?=[ ]{0,40}(?:with|where|whose|and|or|for|of|in|to|by|at|than|over|above|below|under)\b)",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"(?P<bullet>(?:[-*•]|\d{1,2}[.)])(?= ))"
    r"|(?P<arrow>→|↓|⇓|⇒|➔|➜|⟶|-{1,3}>|↳)|(?P<remark>←[^\n]*)|(?P<end>[.!?;]+(?=\s|$|\")|\n)"
)
_SPACES = re.compile(r"\[[^\]]*\]|( \?)|( )")
_WORD = re.compile(r"\w+(?:['-]\w+)*")
_SINGLE = {",": Kind.COMMA, "(": Kind.OPEN, "[": Kind.OPEN, ")": Kind.CLOSE, "]": Kind.CLOSE}
_SILENT = frozenset(":….'\"*•")
_TITLED = (Kind.ABOUT, Kind.SAYING, Kind.NAME)
_ACTS = (Kind.ADD, Kind.REMOVE, Kind.BUY, Kind.SELL, Kind.WAIT, Kind.NOTIFY)
_BEGINS = (
    *_ACTS, Kind.FIND, Kind.IF, Kind.UNLESS, Kind.ELSE, Kind.TOP, Kind.FILTER, Kind.SKIP, Kind.CHANGE, Kind.CONDITION,
)  # fmt: skip


def _any_blanks(pattern: str) -> str:
    """A space stands for a few blanks, an optional one for none too."""

    def blanks(found: re.Match[str]) -> str:
        if found[1]:
            return "[ ]{0,3}"
        return "[ ]{1,3}" if found[2] else found[0]

    return _SPACES.sub(blanks, pattern)


_PHRASE = re.compile(
    "|".join(
        # A phrase that ends in a letter ends where the word ends; one that ends in a sign may have anything behind it.
        rf"(?P<p{index}>(?:{_any_blanks(pattern)})(?!(?<=\w)\w))"
        for index, (_, _, pattern) in enumerate(PHRASES)
    ),
    re.IGNORECASE,
)


def read_tokens(text: str) -> list[Token]:
    """Tokens in order, sentence ends among them. Never raises."""
    plain = _SOFT_LINE.sub(" ", text.translate(PLAIN))
    tokens: list[Token] = []
    closing: set[int] = set()
    at = 0
    while at < len(plain):
        if plain[at] != "\n" and plain[at].isspace():
            at += 1
            continue
        token = _quote(plain, at, tokens, closing) if plain[at] == '"' else _token(plain, at)
        if token.end > at:
            tokens.append(token)
        at = max(token.end, at + 1)
    return _with_ends(tokens)


def _token(plain: str, at: int) -> Token:
    mark = _MARKS.match(plain, at)
    if mark is not None and (
        mark.lastgroup != "bullet" or not plain[plain.rfind("\n", 0, at) + 1 : at].strip()
    ):
        kinds = {"bullet": Kind.FILLER, "arrow": Kind.ARROW, "remark": Kind.REMARK, "end": Kind.END}
        return Token(kinds[str(mark.lastgroup)], at, mark.end(), mark[0])
    measured = _measured(plain, at)
    if measured is not None:
        return measured
    phrase = _PHRASE.match(plain, at)
    word = _WORD.match(plain, at)
    if phrase is not None and phrase.end() > at:
        kind, value, _ = PHRASES[int(str(phrase.lastgroup)[1:])]
        if word is None or word.end() <= phrase.end() or "-" in word[0]:
            return Token(kind, at, phrase.end(), phrase[0], value)
    if word is not None:
        return _word(word[0], at)
    kind = Kind.FILLER if plain[at] in _SILENT else _SINGLE.get(plain[at], Kind.SYMBOL)
    return Token(kind, at, at + 1, plain[at])


def _measured(plain: str, at: int) -> Token | None:
    """A span of the past, a length of time, or a number; of two readings the longer one, and both when equally long."""
    window = read_window(plain, at)
    if window is not None:
        return Token(Kind.WINDOW, at, window.end, plain[at : window.end], seconds=window.seconds)
    length, number = read_length(plain, at), read_number(plain, at)
    if number is None and length is None:
        return None
    if number is None or (length is not None and length.end > number.end):
        assert length is not None, "one of the two was read"
        return Token(Kind.DURATION, at, length.end, plain[at : length.end], seconds=length.seconds)
    both = length.seconds if length is not None and length.end == number.end else None
    return Token(Kind.NUMBER, at, number.end, plain[at : number.end], quantity=number.quantity, seconds=both)


def _word(word: str, at: int) -> Token:
    lower = word.casefold()
    end = at + len(word)
    if lower in COUNTS:
        from_word = read_number(str(COUNTS[lower]), 0)
        assert from_word is not None, "digits are a number"
        return Token(Kind.NUMBER, at, end, word, quantity=from_word.quantity)
    metric = find_metric(lower) if lower.startswith("momentum_") and len(lower) < 32 else None
    if metric is not None and metric.window is not None:
        return Token(Kind.METRIC, at, end, word, lower)
    return Token(Kind.WORD, at, end, word)


def _quote(plain: str, at: int, tokens: list[Token], closing: set[int]) -> Token:
    """Text behind "about" or "call it" is one token; a quoted sentence ends where its quotes are; other quotes are silent."""
    if at in closing:
        return Token(Kind.END, at, at + 1, '"')
    end = plain.find('"', at + 1, at + QUOTED_MAX)
    before = next((token.kind for token in reversed(tokens[-3:]) if token.kind is not Kind.FILLER), None)
    if end > at + 1 and before in _TITLED and "\n" not in plain[at:end]:
        return Token(Kind.QUOTED, at, end + 1, plain[at : end + 1], plain[at + 1 : end].strip())
    if end > at and len(plain[at + 1 : end].split()) >= QUOTED_SENTENCE_WORDS:
        closing.add(end)
        return Token(Kind.END, at, at + 1, '"')
    return Token(Kind.FILLER, at, at + 1, '"')


def _with_ends(tokens: list[Token]) -> list[Token]:
    """Where sentences follow each other without a mark, a capital letter at a word that acts begins the next one."""
    ended: list[Token] = []
    for index, token in enumerate(tokens):
        if (
            token.kind in _BEGINS
            and token.text.istitle()
            and any(before.kind is not Kind.FILLER for before in _since_end(ended))
            and _may_begin(tokens, index)
        ):
            ended.append(Token(Kind.END, token.start, token.start, ""))
        ended.append(token)
    return ended


def _since_end(tokens: list[Token]) -> Iterator[Token]:
    for token in reversed(tokens):
        if token.kind in (Kind.END, Kind.ARROW):
            return
        yield token


def _may_begin(tokens: list[Token], index: int) -> bool:
    if tokens[index - 1].kind not in (
        Kind.WORD, Kind.NUMBER, Kind.DURATION, Kind.INTERVAL, Kind.WATCHLIST, Kind.ON_WATCHLIST, Kind.QUOTED,
        Kind.OUTCOME, Kind.MARKETS, Kind.WINDOW, Kind.LEVEL, Kind.ALLOCATION, Kind.LEFT, Kind.AGAIN, Kind.ONCE,
        Kind.METRIC, Kind.FILLER, Kind.PART,
    ):  # fmt: skip
        return False
    if tokens[index].kind not in (Kind.IF, Kind.UNLESS):
        return True
    # "Buy Yes If …" is one sentence: cut there, the purchase would lose its condition.
    following = next(
        (place for place in range(index, len(tokens)) if tokens[place].kind in (Kind.END, Kind.ARROW)),
        len(tokens),
    )
    return any(token.kind in _ACTS for token in tokens[index:following])
