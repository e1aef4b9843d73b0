"""Which markets are meant: categories, words of the question, or simply all."""

from domain.copilot.comparison_parts import kind_at, skip
from domain.copilot.steps import Found, Monitor, Source
from domain.copilot.tokens import Kind, Token

WORDS_MAX = 3
NAMES_MAX = 6
TEXT_WORDS_MAX = 8
# fmt: off
KNOWN_TAGS = frozenset((
    "politics", "crypto", "sports", "economy", "economics", "business", "science", "tech", "technology",
    "culture", "pop-culture", "elections", "us-elections", "world", "geopolitics", "finance", "ai",
    "weather", "climate", "health", "entertainment", "esports", "nba", "nfl", "mlb", "nhl", "soccer",
    "football", "tennis", "basketball", "baseball", "bitcoin", "ethereum", "solana", "fed", "inflation",
    "trump", "ukraine", "middle-east", "movies", "music", "awards", "space",
))
# fmt: on
_JOINTS = (Kind.AND, Kind.OR, Kind.COMMA)


def read_source(tokens: list[Token], at: int, find: bool) -> Found | None:
    """`Politics and Crypto markets about "Fed"`, `markets in the Politics category`, `markets on the watchlist`."""
    names: list[str] = []
    place = at
    if kind_at(tokens, at) is Kind.WORD:
        read = _names(tokens, at)
        if read is None or kind_at(tokens, read[1]) is not Kind.MARKETS:
            return None
        names, place = read
    if kind_at(tokens, place) is not Kind.MARKETS:
        return None
    place += 1
    if kind_at(tokens, place) is Kind.ON_WATCHLIST and not names and tokens[place].value == "":
        behind = kind_at(tokens, skip(tokens, place + 1))
        return Found(Monitor(), place + 1) if behind not in (Kind.DURATION, Kind.OP) else None
    text, place = _qualified(tokens, place, names)
    tags = tuple(dict.fromkeys(slug(name) for name in names))
    unknown = [name for name in names if slug(name) not in KNOWN_TAGS]
    notes = tuple(f"“{name}” is taken as a category or tag, {slug(name)}." for name in unknown)
    return Found(Source(tags, text, find, notes), place)


def read_known(tokens: list[Token], at: int) -> Found | None:
    """`monitor Politics`: without the word "markets" only categories that are known."""
    read = _names(tokens, at) if kind_at(tokens, at) is Kind.WORD else None
    if read is None or any(slug(name) not in KNOWN_TAGS for name in read[0]):
        return None
    return Found(Source(tuple(dict.fromkeys(slug(name) for name in read[0])), None, True), read[1])


def slug(name: str) -> str:
    return "-".join(name.casefold().removesuffix("'s").split())


def source_at(tokens: list[Token], at: int, find: bool) -> tuple[Found | None, int]:
    """Like read_source; of words before a known category only the category counts. Second: where it begins."""
    for begin in range(at, min(at + WORDS_MAX, len(tokens))):
        if kind_at(tokens, begin) is not Kind.WORD and begin > at:
            break
        found = read_source(tokens, begin, find)
        if found is None:
            continue
        if not isinstance(found.step, Source) or begin > at or not _hides_a_known_one(found.step):
            return found, begin
    return read_source(tokens, at, find), at


def _hides_a_known_one(source: Source) -> bool:
    first = source.tags[0] if source.tags else ""
    parts = first.split("-")
    return first not in KNOWN_TAGS and any(
        "-".join(parts[cut:]) in KNOWN_TAGS for cut in range(1, len(parts))
    )


def _names(tokens: list[Token], at: int) -> tuple[list[str], int] | None:
    """Names joined by and, or, commas; None when there is none."""
    names: list[str] = []
    place = at
    while len(names) < NAMES_MAX:
        words: list[str] = []
        while kind_at(tokens, place) is Kind.WORD and len(words) < WORDS_MAX:
            words.append(tokens[place].text)
            place += 1
        if not words:
            break
        names.append(" ".join(words))
        joint = skip(tokens, place, _JOINTS)
        if kind_at(tokens, place) not in _JOINTS or kind_at(tokens, joint) is not Kind.WORD:
            break
        place = joint
    return (names, place) if names else None


def _qualified(tokens: list[Token], place: int, names: list[str]) -> tuple[str | None, int]:
    """What is said behind "markets": adds to `names`, gives the text and where it ends."""
    text: str | None = None
    while True:
        kind = kind_at(tokens, place)
        if kind is Kind.ABOUT and text is None:
            read = _text(tokens, place + 1)
            if read is None:
                return text, place
            text, place = read
            continue
        inner = skip(tokens, place, (Kind.OPEN, Kind.COMMA))
        begin = skip(tokens, inner + 1, (Kind.CATEGORY,))
        if kind_at(tokens, inner) not in (Kind.IN, Kind.CATEGORY):
            return text, place
        listed = _names(tokens, begin)
        if listed is None:
            return text, place
        names.extend(listed[0])
        place = listed[1] + (kind_at(tokens, listed[1]) is Kind.CATEGORY)


def _text(tokens: list[Token], at: int) -> tuple[str, int] | None:
    begin = skip(tokens, at)
    if kind_at(tokens, begin) is Kind.QUOTED:
        return (tokens[begin].value, begin + 1) if tokens[begin].value else None
    words: list[str] = []
    while kind_at(tokens, begin) is Kind.WORD and len(words) < TEXT_WORDS_MAX:
        words.append(tokens[begin].text)
        begin += 1
    return (" ".join(words), begin) if words else None
