"""More was wanted than is free, as the API says it."""

from decimal import Decimal

from api.problem import ApiProblem, conflict
from db.repositories.allocations import NotEnough
from domain.money import plain


def not_enough(refused: NotEnough, wanted: Decimal, whose: str) -> ApiProblem:
    """409 insufficient_funds."""
    return conflict(
        "insufficient_funds",
        f"{whose} has {plain(refused.free)} USDC that is free, less than the {plain(wanted)} USDC that were asked for.",
    )
