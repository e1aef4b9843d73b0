"""Which exit is carried out next, and for how many shares."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Shares
from domain.portfolio import exit_plan
from domain.portfolio.exit_plan import ExitWish

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AMOUNTS = st.decimals("0", "1000000", places=6)


def shares(text: str) -> Shares:
    return Shares(Decimal(text))


def wish(kind: str = "user", minutes: int = 0, **fields: object) -> ExitWish:
    return ExitWish(id=uuid4(), kind=kind, asked_at=NOON + timedelta(minutes=minutes), **fields)  # type: ignore[arg-type]


def test_what_protects_goes_before_what_gains_and_people_go_first() -> None:
    kinds = [
        "node",
        "resting",
        "take_profit",
        "time_exit",
        "before_resolution",
        "breakeven",
        "trailing_stop",
        "stop_loss",
        "user",
        "flatten",
    ]
    assert [found.kind for found in exit_plan.by_urgency([wish(kind) for kind in kinds])] == kinds[::-1]


def test_of_equally_urgent_wishes_the_oldest_goes_first() -> None:
    late, early = wish("stop_loss", 5), wish("stop_loss", 1)
    assert exit_plan.by_urgency([late, early]) == [early, late]


@pytest.mark.parametrize(
    ("fields", "held", "offered", "sells"),
    [
        ({}, "33.337", "0", "33.33"),
        ({}, "33.337", "30", "3.33"),
        ({"shares": shares("10")}, "33.337", "0", "10"),
        ({"shares": shares("50")}, "33.337", "0", "33.33"),
        ({"shares": shares("50"), "wanted": shares("33.337"), "sold": shares("33.33")}, "0.007", "0", "0"),
        ({"part_ratio": Decimal("0.5")}, "33.337", "0", "16.66"),
        ({"part_ratio": Decimal(1)}, "33.337", "0", "33.33"),
        (
            {"part_ratio": Decimal("0.5"), "wanted": shares("16.66"), "sold": shares("10")},
            "23.3",
            "0",
            "6.66",
        ),
        ({}, "0.009", "0", "0"),
        ({}, "5", "6", "0"),
    ],
)
def test_a_wish_sells_what_is_left_of_it_and_never_what_is_offered(
    fields: dict[str, object], held: str, offered: str, sells: str
) -> None:
    assert exit_plan.to_sell(wish(**fields), shares(held), shares(offered)) == shares(sells)  # type: ignore[arg-type]


def test_who_wants_everything_also_wants_what_came_in_later() -> None:
    everything = wish("flatten", wanted=shares("10"), sold=shares("10"))
    assert not exit_plan.has_sold_all(everything, shares("5"))
    assert exit_plan.has_sold_all(everything, shares("0.005"))
    part = wish("user", shares=shares("10"), wanted=shares("10"), sold=shares("10"))
    assert exit_plan.has_sold_all(part, shares("5"))


@given(held=AMOUNTS, offered=AMOUNTS, asked=AMOUNTS, sold=AMOUNTS)
def test_nobody_ever_sells_more_than_is_held_and_free(
    held: Decimal, offered: Decimal, asked: Decimal, sold: Decimal
) -> None:
    for each in (wish(), wish(shares=shares(str(asked)), wanted=shares(str(asked)), sold=shares(str(sold)))):
        selling = exit_plan.to_sell(each, Shares(held), Shares(offered))
        assert 0 <= selling <= max(held - offered, Decimal(0))
        assert selling == exit_plan.cut(selling)


def test_pauses_double_up_to_five_minutes() -> None:
    pauses = [exit_plan.retry_pause(tries).total_seconds() for tries in (0, 1, 2, 3, 6, 7, 100)]
    assert pauses == [5, 5, 10, 20, 160, 300, 300]


def test_an_unknown_kind_waits_for_all_that_are_known() -> None:
    assert exit_plan.urgency("something") > exit_plan.urgency("node")
    assert exit_plan.is_due(wish(next_attempt_at=NOON), NOON)
    assert not exit_plan.is_due(wish(next_attempt_at=NOON + timedelta(seconds=1)), NOON)
    assert UUID(int=0) != wish().id
