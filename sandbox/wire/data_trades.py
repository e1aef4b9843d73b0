"""Trades and holders as the Data API writes them, in its second (snake_case) and first (camelCase) version."""

from collections.abc import Sequence

from sandbox.listing import MarketListing
from sandbox.venue import Holding, Trade
from sandbox.wire.gamma_market import WireObject, number


def trade_v2(trade: Trade) -> WireObject:
    market = trade.market
    return {
        "proxy_wallet": trade.wallet.address, "token_id": market.token_ids[trade.outcome],
        "condition_id": market.condition_id, "side": trade.side, "size": number(trade.size), "price": number(trade.price),
        "timestamp": trade.at_ms // 1000, "transaction_hash": trade.transaction_hash, "title": market.question,
        "slug": market.slug, "icon": "", "event_slug": market.event_slug, "outcome": market.outcomes[trade.outcome],
        "outcome_index": trade.outcome, "name": trade.wallet.name, "pseudonym": trade.wallet.pseudonym, "bio": "",
        "profile_image": "", "profile_image_optimized": "",
    }  # fmt: skip


def trade_v1(trade: Trade) -> WireObject:
    market = trade.market
    return {
        "proxyWallet": trade.wallet.address, "asset": market.token_ids[trade.outcome], "conditionId": market.condition_id,
        "side": trade.side, "size": number(trade.size), "price": number(trade.price), "timestamp": trade.at_ms // 1000,
        "transactionHash": trade.transaction_hash, "title": market.question, "slug": market.slug, "icon": "",
        "eventSlug": market.event_slug, "outcome": market.outcomes[trade.outcome], "outcomeIndex": trade.outcome,
        "name": trade.wallet.name, "pseudonym": trade.wallet.pseudonym, "bio": "", "profileImage": "",
        "profileImageOptimized": "",
    }  # fmt: skip


def holders_v2(market: MarketListing, holdings: Sequence[Holding]) -> list[WireObject]:
    """One group per outcome token."""
    return [
        {"token_id": token, "holders": [_holder_v2(token, row) for row in holdings if row.outcome == place]}
        for place, token in enumerate(market.token_ids)
    ]


def _holder_v2(token: str, holding: Holding) -> WireObject:
    return {
        "proxy_wallet": holding.wallet.address, "token_id": token, "amount": number(holding.amount),
        "outcome_index": holding.outcome, "display_username_public": True, "verified": False, "name": holding.wallet.name,
        "pseudonym": holding.wallet.pseudonym, "bio": "", "profile_image": "", "profile_image_optimized": "",
    }  # fmt: skip


def holders_v1(market: MarketListing, holdings: Sequence[Holding]) -> list[WireObject]:
    return [
        {"token": token, "holders": [_holder_v1(token, row) for row in holdings if row.outcome == place]}
        for place, token in enumerate(market.token_ids)
    ]


def _holder_v1(token: str, holding: Holding) -> WireObject:
    return {
        "proxyWallet": holding.wallet.address, "asset": token, "amount": number(holding.amount),
        "outcomeIndex": holding.outcome, "displayUsernamePublic": True, "verified": False, "name": holding.wallet.name,
        "pseudonym": holding.wallet.pseudonym, "bio": "", "profileImage": "", "profileImageOptimized": "",
    }  # fmt: skip
