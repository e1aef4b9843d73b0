"""Money as sentences say it."""

from decimal import Decimal

import pytest

from domain.money import in_cents


@pytest.mark.parametrize(
    ("amount", "said"),
    [("49.999987", "50.00"), ("0.004", "0.00"), ("1234.5", "1234.50"), ("-3.861", "-3.86")],
)
def test_a_sentence_says_money_to_the_nearest_cent(amount: str, said: str) -> None:
    assert in_cents(Decimal(amount)) == said
