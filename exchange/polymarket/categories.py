"""The one category of a market, told from its tags."""

from collections.abc import Iterable

OTHER = "other"
TOP_LEVEL = frozenset(
    {
        "politics",
        "sports",
        "crypto",
        "economics",
        "culture",
        "tech",
        "world",
        "geopolitics",
        "weather",
        "finance",
        "science",
        "mentions",
    }
)
ALSO_CALLED = {
    "economy": "economics",
    "pop-culture": "culture",
    "technology": "tech",
    "climate": "weather",
    "elections": "politics",
    "us-current-affairs": "politics",
}


def category_of(tags: Iterable[str]) -> str:
    """The first tag that is one of the venue's top-level categories, else `other`."""
    for tag in tags:
        known = ALSO_CALLED.get(tag, tag)
        if known in TOP_LEVEL:
            return known
    return OTHER
