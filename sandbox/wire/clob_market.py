"""A market in the CLOB's two forms: long keys and short keys."""

from sandbox.listing import MarketListing
from sandbox.venue import Venue
from sandbox.wire.gamma_market import REWARDS_MAX_SPREAD, REWARDS_MIN_SIZE, WireObject, number
from sandbox.wire.time_text import iso

COLLATERAL = "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB"


def long_market(venue: Venue, market: MarketListing, at_ms: int) -> WireObject:
    state, figures = venue.state(market, at_ms), venue.figures(market, at_ms)
    tokens = [
        {
            "token_id": token, "outcome": name, "price": number(price),
            "winner": bool(state.payouts is not None and state.payouts[place] == 1),
        }
        for place, (token, name, price) in enumerate(zip(market.token_ids, market.outcomes, figures.prices, strict=True))
    ]  # fmt: skip
    tie = state.payouts is not None and state.payouts[0] == state.payouts[1]
    return {
        "enable_order_book": not state.closed, "active": True, "closed": state.closed, "archived": False,
        "accepting_orders": state.accepting_orders, "accepting_order_timestamp": iso(market.opens_ms),
        "minimum_order_size": number(market.min_size), "minimum_tick_size": number(figures.tick),
        "condition_id": market.condition_id, "question_id": market.question_id, "question": market.question,
        "description": market.description, "market_slug": market.slug, "end_date_iso": iso(market.ends_ms),
        "game_start_time": None, "seconds_delay": 3 if market.category == "sports" else 0, "fpmm": "",
        "maker_base_fee": 0, "taker_base_fee": 0, "notifications_enabled": True, "neg_risk": market.neg_risk,
        "neg_risk_market_id": market.neg_risk_id, "neg_risk_request_id": market.question_id if market.neg_risk else "",
        "icon": "", "image": "",
        "rewards": {
            "rates": [{"asset_address": COLLATERAL, "rewards_daily_rate": 5}], "min_size": REWARDS_MIN_SIZE,
            "max_spread": REWARDS_MAX_SPREAD,
        },
        "is_50_50_outcome": tie, "tokens": tokens, "tags": [tag.label for tag in market.tags],
    }  # fmt: skip


def short_market(venue: Venue, market: MarketListing, at_ms: int) -> WireObject:
    figures = venue.figures(market, at_ms)
    row: WireObject = {
        "c": market.condition_id,
        "gst": None,
        "r": {"mi": REWARDS_MIN_SIZE, "ma": REWARDS_MAX_SPREAD, "moas": 0},
        "t": [{"t": token, "o": name} for token, name in zip(market.token_ids, market.outcomes, strict=True)],
        "mos": number(market.min_size),
        "mts": number(figures.tick),
        "mbf": 0,
        "tbf": 0,
        "nr": market.neg_risk,
        "rfqe": False,
        "itode": False,
        "ibce": False,
        "oas": 0,
        "sd": 3 if market.category == "sports" else 0,
    }
    if market.fees.rate:
        row["fd"] = {"r": number(market.fees.rate), "e": market.fees.exponent, "to": True}
    return row


def simplified_market(venue: Venue, market: MarketListing, at_ms: int) -> WireObject:
    whole = long_market(venue, market, at_ms)
    kept = ("condition_id", "rewards", "tokens", "active", "closed", "archived", "accepting_orders")
    return {name: whole[name] for name in kept}


def token_pair(market: MarketListing) -> WireObject:
    first, second = market.token_ids
    return {"condition_id": market.condition_id, "primary_token_id": first, "secondary_token_id": second}
