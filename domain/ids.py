"""Deterministic ids: a retry makes the same id, so it finds what the first attempt wrote."""

from uuid import UUID, uuid5

DEFAULT_QUEUE = "cascadian"
NAMESPACE = UUID("5b0a3e52-61c1-5ae1-9c0e-cacade1a0001")


def order_id(
    strategy_id: UUID, number: int, step: int, node_id: str, token_id: str, side: str, attempt: int = 0
) -> UUID:
    """Id of the one order an intent may become (architecture.md, section 5)."""
    return uuid5(NAMESPACE, f"order|{strategy_id}|{number}|{step}|{node_id}|{token_id}|{side}|{attempt}")


def trade_id(order: UUID) -> UUID:
    """Id of the trade row an entry order writes."""
    return uuid5(NAMESPACE, f"trade|{order}")


def fill_id(order: UUID, venue_trade_id: str) -> UUID:
    """Id under which a fill is booked in the ledger."""
    return uuid5(NAMESPACE, f"fill|{order}|{venue_trade_id}")


def position_id(strategy_id: UUID, token_id: str, sequence: int) -> UUID:
    """Id of a strategy's `sequence`-th position in an outcome, from 1."""
    return uuid5(NAMESPACE, f"position|{strategy_id}|{token_id}|{sequence}")


def redemption_id(position: UUID) -> UUID:
    """Id under which the ledger books what a position's shares paid when its market ended."""
    return uuid5(NAMESPACE, f"redemption|{position}")


def exit_request_id(position: UUID, rule: str, sequence: int) -> UUID:
    """Id of the `sequence`-th time that `rule` asked for an exit of the position."""
    return uuid5(NAMESPACE, f"exit|{position}|{rule}|{sequence}")


def exit_order_id(request: UUID, attempt: int) -> UUID:
    """Id of the sell order that is the `attempt`-th try, from 0, to carry out an exit request."""
    return uuid5(NAMESPACE, f"exit-order|{request}|{attempt}")


def withdrawal_return_id(withdrawal: UUID, before: str) -> UUID:
    """Reference of what a withdrawal gives back; `before` says how far it was, so that each return has its own."""
    return uuid5(NAMESPACE, f"withdrawal|{withdrawal}|{before}")


def watchlist_entry_id(strategy_id: UUID, number: int, step: int, node_id: str, market_id: str) -> UUID:
    """Id of the watchlist entry an Add to Watchlist node writes."""
    return uuid5(NAMESPACE, f"watchlist|{strategy_id}|{number}|{step}|{node_id}|{market_id}")


def continuation_id(strategy_id: UUID, number: int, step: int, index: int) -> UUID:
    """Id of the index-th continuation that evaluation (strategy, number, step) asked for."""
    return uuid5(NAMESPACE, f"continuation|{strategy_id}|{number}|{step}|{index}")


def strategy_workflow_id(strategy_id: UUID) -> str:
    return f"strategy-{strategy_id}"


def order_workflow_id(order: UUID) -> str:
    return f"order-{order}"


def position_guard_workflow_id(position: UUID) -> str:
    return f"position-guard-{position}"


def price_watch_workflow_id(shard: int, task_queue: str = DEFAULT_QUEUE) -> str:
    """Installations that share a Temporal namespace have task queues of their own, so their watchers differ, too."""
    return f"price-watch-{shard}" + ("" if task_queue == DEFAULT_QUEUE else f"-{task_queue}")


def withdrawal_workflow_id(withdrawal: UUID) -> str:
    return f"withdrawal-{withdrawal}"
