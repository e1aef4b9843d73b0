"""A market as Gamma writes it: arrays inside strings, numbers twice, two date formats."""

from decimal import Decimal

import orjson

from domain.money import plain
from sandbox.listing import MarketListing, Tag
from sandbox.venue import MarketFigures, Venue
from sandbox.wire.time_text import day, iso, spaced

WireObject = dict[str, object]
REWARDS_MIN_SIZE = 50
REWARDS_MAX_SPREAD = 4.5


def array_text(items: tuple[str, ...]) -> str:
    """A JSON array in a string, with a space after each comma as the service writes it."""
    return "[" + ", ".join(orjson.dumps(item).decode() for item in items) + "]"


def number(value: Decimal | None) -> float | int | None:
    """A JSON number; money on this service's wire is a float in places, so the sandbox writes one too."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def tag_object(tag: Tag) -> WireObject:
    return {
        "id": str(tag.id), "label": tag.label, "slug": tag.slug, "forceShow": False,
        "createdAt": "2024-11-13T19:58:34.318816Z", "updatedAt": "2026-03-09T22:21:41.828275Z",
        "requiresTranslation": False,
    }  # fmt: skip


def market_object(
    venue: Venue, market: MarketListing, at_ms: int, *, include_tag: bool = False, include_event: bool = True
) -> WireObject:
    """One market. `include_tag` adds its tags, `include_event` the short form of its event."""
    state = venue.state(market, at_ms)
    figures = venue.figures(market, at_ms)
    row = _identity(market)
    row.update(_figures(figures))
    row.update(
        active=True, closed=state.closed, archived=False, acceptingOrders=state.accepting_orders, enableOrderBook=True,
        new=at_ms - market.opens_ms < 86_400_000, featured=False, restricted=True,
        updatedAt=iso(at_ms // 60_000 * 60_000), outcomePrices=array_text(tuple(plain(price) for price in figures.prices)),
        automaticallyResolved=market.native_resolution and state.closed,
        umaResolutionStatuses=array_text(state.statuses),
    )  # fmt: skip
    if state.resolution != "none":
        row["umaResolutionStatus"] = state.resolution
    if state.closed_ms is not None:
        row["closedTime"] = spaced(state.closed_ms)
        row["umaEndDate"] = iso(state.closed_ms // 1000 * 1000)
    if include_event:
        row["events"] = [event_stub(market)]
    if include_tag:
        row["tags"] = [tag_object(tag) for tag in market.tags]
    return row


def event_stub(market: MarketListing) -> WireObject:
    return {
        "id": market.event_id, "ticker": market.event_slug, "slug": market.event_slug, "title": market.event_title,
        "startDate": iso(market.opens_ms), "endDate": iso(market.ends_ms), "active": True, "archived": False,
        "restricted": True, "enableOrderBook": True, "negRisk": market.neg_risk, "cyom": False, "commentCount": 0,
    }  # fmt: skip


def _identity(market: MarketListing) -> WireObject:
    row: WireObject = {
        "id": market.id, "question": market.question, "conditionId": market.condition_id, "slug": market.slug,
        "resolutionSource": "", "endDate": iso(market.ends_ms), "startDate": iso(market.opens_ms),
        "createdAt": iso(market.opens_ms), "image": "", "icon": "", "description": market.description,
        "outcomes": array_text(market.outcomes), "clobTokenIds": array_text(market.token_ids), "marketMakerAddress": "",
        "questionID": market.question_id, "groupItemTitle": market.group_title, "groupItemThreshold": str(market.index),
        "endDateIso": day(market.ends_ms), "startDateIso": day(market.opens_ms), "hasReviewedDates": True,
        "orderMinSize": number(market.min_size), "makerBaseFee": 1000, "takerBaseFee": 1000, "negRisk": market.neg_risk,
        "feesEnabled": market.fees.rate > 0, "feeType": market.fees.kind,
        "feeSchedule": {
            "exponent": market.fees.exponent, "rate": number(market.fees.rate), "takerOnly": True,
            "rebateRate": number(market.fees.rebate_rate),
        },
        "acceptingOrdersTimestamp": iso(market.opens_ms), "ready": False, "funded": False, "cyom": False,
        "approved": True, "rewardsMinSize": REWARDS_MIN_SIZE, "rewardsMaxSpread": REWARDS_MAX_SPREAD,
        "clearBookOnStart": False, "manualActivation": False, "negRiskOther": False, "pendingDeployment": False,
        "deploying": False, "rfqEnabled": False, "holdingRewardsEnabled": False, "requiresTranslation": False,
        "automaticallyActive": True,
    }  # fmt: skip
    if market.category == "sports" and market.outcomes != ("Yes", "No"):
        row.update(
            sportsMarketType="moneyline", gameStartTime=spaced(market.ends_ms - 7_200_000), secondsDelay=3
        )
    if market.neg_risk:
        row.update(negRiskMarketID=market.neg_risk_id, negRiskRequestID=market.question_id[:-2] + "00")
    return row


def _figures(figures: MarketFigures) -> WireObject:
    volume, liquidity = number(figures.volume), number(figures.liquidity)
    day_volume, week, month = (
        number(part) for part in (figures.volume_24h, figures.volume_week, figures.volume_month)
    )
    hour_change, day_change, week_change, month_change = (number(change) for change in figures.changes)
    row: WireObject = {
        "volume": plain(figures.volume), "volumeNum": volume, "volumeClob": volume, "volume24hr": day_volume,
        "volume24hrClob": day_volume, "volume1wk": week, "volume1wkClob": week, "volume1mo": month,
        "volume1moClob": month, "volume1yr": volume, "volume1yrClob": volume, "liquidity": plain(figures.liquidity),
        "liquidityNum": liquidity, "liquidityClob": liquidity, "orderPriceMinTickSize": number(figures.tick),
        "oneHourPriceChange": hour_change, "oneDayPriceChange": day_change, "oneWeekPriceChange": week_change,
        "oneMonthPriceChange": month_change,
    }  # fmt: skip
    if figures.best_bid is not None and figures.best_ask is not None:
        row["spread"] = number(figures.best_ask - figures.best_bid)
        row["competitive"] = float(1 / (1 + (figures.prices[0] - Decimal("0.5")) ** 2))
    if figures.best_bid is not None:
        row["bestBid"] = number(figures.best_bid)
    if figures.best_ask is not None:
        row["bestAsk"] = number(figures.best_ask)
    if figures.last_trade is not None:
        row["lastTradePrice"] = number(figures.last_trade)
    return row
