"""Categories, their tags and their fee terms (polymarket.md, section 4)."""

from decimal import Decimal

from sandbox.listing import FeeTerms, Tag

_QUARTER = Decimal("0.25")

FEES: dict[str, FeeTerms] = {
    "politics": FeeTerms("politics_fees", Decimal("0.04"), _QUARTER),
    "crypto": FeeTerms("crypto_fees_v2", Decimal("0.07"), Decimal("0.2")),
    "sports": FeeTerms("sports_fees_v3", Decimal("0.05"), Decimal("0.15")),
    "economy": FeeTerms("economics_fees", Decimal("0.05"), _QUARTER),
    "finance": FeeTerms("finance_prices_fees", Decimal("0.04"), _QUARTER),
    "tech": FeeTerms("tech_fees", Decimal("0.04"), _QUARTER),
    "culture": FeeTerms("culture_fees", Decimal("0.05"), _QUARTER),
    "weather": FeeTerms("weather_fees", Decimal("0.05"), _QUARTER),
    "geopolitics": FeeTerms("zero_fees", Decimal(0), Decimal(0)),
    "science": FeeTerms("general_fees", Decimal("0.05"), _QUARTER),
    "mentions": FeeTerms("mentions_fees", Decimal("0.04"), _QUARTER),
}

LABELS: dict[str, str] = {
    "politics": "Politics",
    "crypto": "Crypto",
    "sports": "Sports",
    "economy": "Economy",
    "finance": "Finance",
    "tech": "Tech",
    "culture": "Culture",
    "weather": "Weather",
    "geopolitics": "Geopolitics",
    "science": "Science",
    "mentions": "Mentions",
    "elections": "Elections",
    "legislation": "Legislation",
    "world": "World",
    "bitcoin": "Bitcoin",
    "up-or-down": "Up or Down",
    "hourly": "Hourly",
    "daily": "Daily",
    "weekly": "Weekly",
    "games": "Games",
    "soccer": "Soccer",
    "basketball": "Basketball",
    "leagues": "Leagues",
    "rates": "Interest Rates",
    "inflation": "Inflation",
    "jobs": "Jobs",
    "stocks": "Stocks",
    "earnings": "Earnings",
    "ai": "AI",
    "releases": "Releases",
    "movies": "Movies",
    "music": "Music",
    "awards": "Awards",
    "temperature": "Temperature",
    "rain": "Rain",
    "diplomacy": "Diplomacy",
    "space": "Space",
    "health": "Health",
}

TAGS: dict[str, Tag] = {
    slug: Tag(id=100 + number, label=label, slug=slug) for number, (slug, label) in enumerate(LABELS.items())
}


def tags_of(category: str, more: tuple[str, ...]) -> tuple[Tag, ...]:
    return tuple(TAGS[slug] for slug in (category, *more))
