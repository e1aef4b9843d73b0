"""A name for a strategy, after what it looks at and what it does."""

from domain.graph.graph import Graph

NAME_MAX = 80
TAGS_SHOWN = 2


def suggest_name(graph: Graph | None) -> str:
    """`Politics Momentum Bot`; something plain while there is little to name it after."""
    if graph is None:
        return "New Bot"
    types = {node.type for node in graph.nodes}
    tags = [
        str(node.config["tag"])
        for node in graph.nodes
        if node.type == "stream_markets" and node.config.get("tag")
    ]
    about = [_title(tag) for tag in dict.fromkeys(tags)][:TAGS_SHOWN]
    said = str([node.config for node in graph.nodes])
    if "momentum" in said or "check_momentum" in types:
        theme = "Momentum"
    elif "whale_activity" in types:
        theme = "Whale"
    elif "execute_trade" in types:
        theme = "Buyer"
    elif "notify" in types:
        theme = "Alert"
    else:
        theme = "Watchlist" if types & {"add_to_watchlist", "monitor_watchlist"} else "Market"
    return " ".join([*about, theme, "Bot"])[:NAME_MAX]


def _title(tag: str) -> str:
    words = tag.replace("-", " ").split()
    return " ".join(word.upper() if len(word) <= 2 else word.capitalize() for word in words)
