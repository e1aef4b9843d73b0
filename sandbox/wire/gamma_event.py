"""An event as Gamma writes it, with its markets inside."""

from decimal import Decimal

from sandbox.listing import EventListing
from sandbox.venue import Venue
from sandbox.wire.gamma_market import WireObject, market_object, number, tag_object
from sandbox.wire.time_text import iso, spaced


def event_object(
    venue: Venue, event: EventListing, at_ms: int, *, include_markets: bool = True, include_tags: bool = True
) -> WireObject:
    closed = is_closed(venue, event, at_ms)
    volume, liquidity, day_volume = totals(venue, event, at_ms)
    row: WireObject = {
        "id": event.id, "ticker": event.slug, "slug": event.slug, "title": event.title, "description": event.description,
        "resolutionSource": "", "startDate": iso(event.opens_ms), "creationDate": iso(event.opens_ms),
        "endDate": iso(event.ends_ms), "image": "", "icon": "", "active": True, "closed": closed, "archived": False,
        "new": False, "featured": False, "restricted": True, "liquidity": number(liquidity), "liquidityClob": number(liquidity),
        "volume": number(volume), "volume24hr": number(day_volume), "openInterest": 0, "createdAt": iso(event.opens_ms),
        "updatedAt": iso(at_ms // 60_000 * 60_000), "enableOrderBook": True, "negRisk": event.neg_risk,
        "enableNegRisk": event.neg_risk, "negRiskAugmented": False, "commentCount": 0, "cyom": False,
        "showAllOutcomes": True, "showMarketImages": False, "automaticallyActive": True, "pendingDeployment": False,
        "deploying": False, "requiresTranslation": False,
    }  # fmt: skip
    if event.neg_risk:
        row["negRiskMarketID"] = event.neg_risk_id
    if closed:
        row["closedTime"] = spaced(event.closes_ms)
    if include_markets:
        row["markets"] = [
            market_object(venue, market, at_ms, include_event=False) for market in event.markets
        ]
    if include_tags:
        row["tags"] = [tag_object(tag) for tag in event.tags]
    return row


def is_closed(venue: Venue, event: EventListing, at_ms: int) -> bool:
    return all(venue.state(market, at_ms).closed for market in event.markets)


def totals(venue: Venue, event: EventListing, at_ms: int) -> tuple[Decimal, Decimal, Decimal]:
    """Volume, liquidity and volume of the last day over all markets of the event, dollars."""
    figures = [venue.figures(market, at_ms) for market in event.markets]
    return (
        sum((figure.volume for figure in figures), Decimal(0)),
        sum((figure.liquidity for figure in figures), Decimal(0)),
        sum((figure.volume_24h for figure in figures), Decimal(0)),
    )
