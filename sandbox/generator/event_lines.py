"""Lines of events: each line always has one open event; when it ends, the next begins. All of it follows from the seed.

Identifiers carry their own address: an event id holds line and sequence number, a market id its event and index, and
condition and token ids carry the market id in their low bits, so any id ever handed out can be resolved without a table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from sandbox.clock import DAY, HOUR, MINUTE
from sandbox.generator.categories import FEES, tags_of
from sandbox.generator.questions_numbers import TEMPLATES as NUMBERS
from sandbox.generator.questions_public_life import TEMPLATES as PUBLIC_LIFE
from sandbox.generator.template import Shape, Template
from sandbox.listing import EventListing, MarketListing
from sandbox.seeded import hex_digits, mix, text_key, unit

GENESIS = 1_577_836_800_000
"""2020-01-01: sequence numbers count from here, so they do not depend on when the process started."""
SEQUENCES = 1_000_000
MARKETS_PER_EVENT = 20
MIN_SIZE = Decimal(5)
LOW = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class EventLine:
    number: int
    template: Template
    ordinal: int
    key: int
    phase: int
    life: int

    def sequence_at(self, at_ms: int) -> int:
        return (at_ms - GENESIS - self.phase) // self.life

    def opens(self, sequence: int) -> int:
        return GENESIS + self.phase + sequence * self.life


def make_lines(seed: int) -> tuple[EventLine, ...]:
    lines: list[EventLine] = []
    for template in PUBLIC_LIFE + NUMBERS:
        life = int(template.life_hours * HOUR)
        step = DAY if life >= DAY else HOUR
        for ordinal in range(template.lines):
            key = mix(seed, text_key(template.question), ordinal)
            phase = int(unit(key, 1) * (life // step)) * step
            lines.append(EventLine(len(lines) + 1, template, ordinal, key, phase, life))
    return tuple(lines)


def resolution_delay(line: EventLine, sequence: int) -> int:
    """From the end date to the resolution: minutes with a data feed, hours with proposal and challenge."""
    chance = unit(line.key, sequence, 2)
    if line.template.native:
        return int((1 + 3 * chance) * MINUTE)
    return int((25 + 110 * chance) * MINUTE)


@lru_cache(maxsize=4096)
def event_of(line: EventLine, sequence: int) -> EventListing:
    """The `sequence`-th event of a line."""
    template = line.template
    opens, ends = line.opens(sequence), line.opens(sequence + 1)
    closes = ends + resolution_delay(line, sequence)
    number = line.number * SEQUENCES + sequence
    names = _names(line, sequence, ends)
    title = template.title.format(option="___", **names)
    title = title[0].upper() + title[1:]
    event_id = str(number)
    slug = f"{slug_of(title)}-{event_id}"
    tags = tags_of(template.category, template.tags)
    neg_risk = template.shape is Shape.FIELD
    neg_risk_id = "0x" + hex_digits(62, line.key, sequence, 3) + "00" if neg_risk else ""
    markets = tuple(
        _market(
            line, sequence, index, option, names, event_id, slug, title, (opens, ends, closes), neg_risk_id
        )
        for index, option in enumerate(_options(line, sequence))
    )
    return EventListing(
        id=event_id, slug=slug, title=title, description=template.criterion, category=template.category, tags=tags,
        opens_ms=opens, ends_ms=ends, closes_ms=closes, neg_risk=neg_risk, neg_risk_id=neg_risk_id, markets=markets,
    )  # fmt: skip


def _market(
    line: EventLine,
    sequence: int,
    index: int,
    option: str,
    names: dict[str, str],
    event_id: str,
    event_slug: str,
    event_title: str,
    span: tuple[int, int, int],
    neg_risk_id: str,
) -> MarketListing:
    template = line.template
    number = int(event_id) * MARKETS_PER_EVENT + index
    question = template.question.format(option=option, **names)
    question = question[0].upper() + question[1:]
    outcomes = template.outcomes
    if outcomes[0] == "home":
        outcomes = (names["home"], names["away"])
    opens, ends, closes = span
    return MarketListing(
        id=str(number), slug=f"{slug_of(question)}-{number}", question=question,
        description=f"{question} {template.criterion}", group_title=option, category=template.category,
        tags=tags_of(template.category, template.tags), event_id=event_id, event_slug=event_slug, event_title=event_title,
        index=index, condition_id=condition_id(line, number), question_id="0x" + hex_digits(64, line.key, number, 4),
        outcomes=outcomes, token_ids=(token_id(line, number, 0), token_id(line, number, 1)), opens_ms=opens,
        ends_ms=ends, closes_ms=closes, neg_risk=bool(neg_risk_id), neg_risk_id=neg_risk_id, tick=Decimal(template.tick),
        min_size=MIN_SIZE, fees=FEES[template.category], native_resolution=template.native,
    )  # fmt: skip


def condition_id(line: EventLine, market: int) -> str:
    return "0x" + hex_digits(48, line.key, market, 5) + format(market, "016x")


def token_id(line: EventLine, market: int, outcome: int) -> str:
    high = int("1" + hex_digits(46, line.key, market, outcome, 6), 16)
    return str((high << 64) | (market << 1) | outcome)


def market_number_of_token(token: str) -> tuple[int, int] | None:
    """(market number, outcome) an own token id would carry; None when the text is no number."""
    if not token.isascii() or not token.isdigit() or len(token) > 78:
        return None
    low = int(token) & LOW
    return low >> 1, low & 1


def market_number_of_condition(condition: str) -> int | None:
    if len(condition) != 66 or not condition.startswith("0x"):
        return None
    try:
        return int(condition[50:], 16)
    except ValueError:
        return None


def _names(line: EventLine, sequence: int, ends: int) -> dict[str, str]:
    template = line.template
    subjects = template.subjects
    # Each line has subjects of its own, so no two lines ever ask the same question; where there are more lines than
    # subjects (fixtures), the second line of a subject swaps home and away. Ladders keep the subject of their scale.
    own = subjects[line.ordinal :: template.lines] or (subjects[line.ordinal % len(subjects)],)
    subject = own[0] if template.scales else own[sequence % len(own)]
    end = datetime.fromtimestamp(ends / 1000, UTC)
    names = {
        "subject": subject,
        "date": f"{end:%B} {end.day}, {end.year}",
        "day": f"{end:%B} {end.day}",
        "hour": f"{end:%B} {end.day}, {end:%H}:00 UTC",
    }
    if "|" in subject:
        names["home"], names["away"] = subject.split("|")
        if line.ordinal >= len(subjects):
            names["home"], names["away"] = names["away"], names["home"]
    return names


def _options(line: EventLine, sequence: int) -> Iterator[str]:
    template = line.template
    if template.shape is Shape.SINGLE:
        yield ""
        return
    if not template.scales:
        first = mix(line.key, sequence, 7) % len(template.options)
        for index in range(template.size):
            yield template.options[(first + index) % len(template.options)]
        return
    scale = template.scales[line.ordinal % len(template.scales)]
    drift = int((unit(line.key, sequence, 8) - 0.5) * 6)
    levels = [
        scale.reference + scale.step * (drift + index - template.size // 2) for index in range(template.size)
    ]
    texts = [scale.form.format(level) for level in levels]
    if template.shape is Shape.FIELD:
        texts[0], texts[-1] = f"{texts[0]} or below", f"{texts[-1]} or above"
    yield from texts


def slug_of(text: str) -> str:
    kept = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in text.lower())
    return "-".join(kept.split())[:80].rstrip("-")
