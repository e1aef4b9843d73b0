"""Gamma's market objects become domain markets. Small pure functions; what cannot be represented is a reason, not a guess."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.errors import InvalidValue
from domain.market.market import Market, Outcome, ResolutionWord
from domain.money import Price, Usdc, exact
from exchange.polymarket.categories import category_of
from exchange.polymarket.fee_types import fees_of

Raw = Mapping[str, Any]

USUAL_TICK = Decimal("0.01")
USUAL_MINIMUM = Decimal(5)
OUTCOMES = 2
ZERO, ONE = Decimal(0), Decimal(1)
NO_WORD = ResolutionWord()


class Unrepresentable(Exception):
    """A market the domain has no words for: other than two outcomes, not yet on the CLOB, no price, or malformed."""


def market_from(raw: Raw, known_tag: str | None = None) -> Market:
    """Reads one Gamma market. `known_tag`: a tag slug the venue filtered by, so the market has it even if it is not listed.

    Raises Unrepresentable.
    """
    try:
        return _market(raw, known_tag)
    except (InvalidValue, ValueError, TypeError, AttributeError, KeyError) as error:
        raise Unrepresentable(f"market {raw.get('id')}: {error}") from error


def _market(raw: Raw, known_tag: str | None) -> Market:
    event = next(_objects(raw.get("events")), {})
    tags = tuple(dict.fromkeys(_tags(raw, known_tag)))
    condition_id = raw.get("conditionId")
    if not condition_id:
        raise InvalidValue("no condition id")
    best_bid, best_ask = _best(raw.get("bestBid")), _best(raw.get("bestAsk"))
    return Market(
        id=_text(raw["id"]),
        condition_id=_text(condition_id),
        slug=_text(raw.get("slug")),
        question=_text(raw.get("question")),
        category=category_of((*tags, _slug(raw.get("category")), _slug(event.get("category")))),
        tags=tags,
        event_id=_text(event["id"]) if event.get("id") is not None else None,
        event_title=_text(event["title"]) if event.get("title") is not None else None,
        outcomes=_outcomes(raw, best_bid, best_ask),
        active=raw.get("active") is True,
        closed=raw.get("closed") is True,
        accepting_orders=raw.get("acceptingOrders") is True,
        enable_order_book=raw.get("enableOrderBook") is True,
        neg_risk=raw.get("negRisk") is True,
        end_at=_moment(raw.get("endDate")) or _moment(raw.get("endDateIso")),
        volume=_amount(raw, "volume", "volumeNum"),
        volume_24h=_amount(raw, "volume24hr", "volume24hrClob"),
        liquidity=_amount(raw, "liquidity", "liquidityNum", "liquidityClob"),
        best_bid=best_bid,
        best_ask=best_ask,
        tick_size=_positive(raw.get("orderPriceMinTickSize"), USUAL_TICK),
        min_order_size=_positive(raw.get("orderMinSize"), USUAL_MINIMUM),
        fees=fees_of(raw),
        resolution=_resolution(raw),
    )


def _resolution(raw: Raw) -> ResolutionWord | None:
    """None for a market that nobody has said a word about. What is malformed says nothing: it must not pay."""
    statuses = raw.get("umaResolutionStatuses")
    word = ResolutionWord(
        uma_status=_word(raw.get("umaResolutionStatus")),
        uma_statuses=_words(statuses) if statuses not in (None, "", "[]") else (),
        resolution_status=_word(raw.get("resolutionStatus")),
        automatic=raw.get("automaticallyResolved") is True,
    )
    return None if word == NO_WORD else word


def _word(value: Any) -> str | None:
    return _text(value).strip().lower() or None if isinstance(value, str) else None


def _words(value: Any) -> tuple[str, ...]:
    try:
        listed = _strings(value)
    except (InvalidValue, ValueError, TypeError):
        return ()
    return tuple(word for each in listed if (word := _word(each)) is not None)


def _outcomes(raw: Raw, best_bid: Price | None, best_ask: Price | None) -> tuple[Outcome, ...]:
    names, tokens = _strings(raw.get("outcomes")), _strings(raw.get("clobTokenIds"))
    if len(names) != OUTCOMES:
        raise InvalidValue(f"{len(names)} outcomes, not two")
    if len(tokens) != OUTCOMES or not all(tokens):
        raise InvalidValue("no token ids yet")
    prices = _prices(raw, best_bid, best_ask)
    return tuple(
        Outcome(name=name, token_id=token, price=price)
        for name, token, price in zip(names, tokens, prices, strict=True)
    )


def _prices(raw: Raw, best_bid: Price | None, best_ask: Price | None) -> tuple[Price, Price]:
    listed = _strings(raw.get("outcomePrices"))
    if len(listed) == OUTCOMES:
        return _price(listed[0]), _price(listed[1])
    if best_bid is not None and best_ask is not None:
        first = Price((best_bid + best_ask) / 2)
    elif raw.get("lastTradePrice") not in (None, ""):
        first = _price(raw["lastTradePrice"])
    else:
        raise InvalidValue("no price yet")
    return first, Price(1 - first)


def _price(value: Any) -> Price:
    price = exact(value)
    if not ZERO <= price <= ONE:
        raise InvalidValue(f"price {price} is not between 0 and 1")
    return Price(price)


def _best(value: Any) -> Price | None:
    """A best price; None for a side without orders, which Gamma writes as 0 (bid), 1 (ask) or nothing."""
    if value in (None, ""):
        return None
    price = _price(value)
    return None if price in (ZERO, ONE) else price


def _amount(raw: Raw, *names: str) -> Usdc:
    """The first field that is there; 0 when the venue says nothing. The text fields are exact, the `Num` ones rounded."""
    for name in names:
        if raw.get(name) not in (None, ""):
            return Usdc(exact(raw[name]))
    return Usdc(ZERO)


def _positive(value: Any, usual: Decimal) -> Decimal:
    if value in (None, ""):
        return usual
    number = exact(value)
    return number if number > 0 else usual


def _tags(raw: Raw, known_tag: str | None) -> Iterator[str]:
    for holder in (raw, *_objects(raw.get("events"))):
        for tag in _objects(holder.get("tags")):
            if tag.get("slug"):
                yield _slug(tag["slug"])
    if known_tag is not None:
        yield known_tag


def _slug(value: Any) -> str:
    return "-".join(_text(value).lower().split()) if value else ""


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if text.isprintable() else _storable(text)


def _storable(text: str) -> str:
    """Without what no database stores and no JSON carries: one such market would hold up every strategy that sees it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _moment(value: Any) -> datetime | None:
    """Both of Gamma's ways to write time, and plain dates, as aware UTC."""
    if value in (None, ""):
        return None
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _strings(value: Any) -> list[str]:
    """A JSON array, also where Gamma wraps it in a string; null is empty."""
    items = json.loads(value, parse_float=Decimal) if isinstance(value, str) and value else value or []
    if not isinstance(items, list):
        raise InvalidValue(f"{str(value)[:60]!r} is no list")
    return [_text(item) for item in items]


def _objects(value: Any) -> Iterator[Raw]:
    """The objects of a list that may be null or hold nulls."""
    return (item for item in value or () if isinstance(item, Mapping))
