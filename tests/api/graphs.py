"""Graphs for tests of the API."""

from typing import Any


def watching_graph(volume_min: str = "1000") -> dict[str, Any]:
    """Puts busy markets on the watchlist."""
    return {
        "nodes": [
            {"id": "start", "type": "start"},
            {"id": "stream", "type": "stream_markets", "config": {"volume_min": volume_min}},
            {"id": "watch", "type": "add_to_watchlist"},
        ],
        "edges": [
            {"source": "start", "target": "stream"},
            {"source": "stream", "target": "watch"},
        ],
    }


def trading_graph(amount: str = "10") -> dict[str, Any]:
    """Buys Yes in every market it sees."""
    return {
        "nodes": [
            {"id": "start", "type": "start"},
            {"id": "stream", "type": "stream_markets"},
            {"id": "buy", "type": "execute_trade", "config": {"outcome": "Yes", "amount": amount}},
        ],
        "edges": [
            {"source": "start", "target": "stream"},
            {"source": "stream", "target": "buy"},
        ],
    }
