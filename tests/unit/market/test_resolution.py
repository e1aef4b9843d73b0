"""A market pays only by the venue's final word, and then exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.market import Market, Outcome, ResolutionWord
from domain.market.resolution import (
    DISPUTED,
    FINAL,
    PROPOSED,
    ClobWord,
    ResolutionState,
    judge,
    needs_clob,
)
from domain.money import Price
from tests.fixed_markets import a_market

YES, NO = "m1-yes", "m1-no"
HALF = Decimal("0.5")


def market(price: str = "0.40", *, closed: bool = False, other: str | None = None, **word: object) -> Market:
    first = Decimal(price)
    second = 1 - first if other is None else Decimal(other)
    return a_market().model_copy(
        update={
            "outcomes": (
                Outcome(name="Yes", token_id=YES, price=Price(first)),
                Outcome(name="No", token_id=NO, price=Price(second)),
            ),
            "closed": closed,
            "accepting_orders": not closed,
            "resolution": ResolutionWord.model_validate(word) if word else None,
        }
    )


def clob(*winners: str, closed: bool = True, tie: bool = False) -> ClobWord:
    return ClobWord(closed=closed, winners=winners, tie=tie)


def test_a_market_without_a_word_is_open() -> None:
    judged = judge(market())
    assert (judged.state, judged.payouts, judged.proposed_outcome) == ("open", None, None)


@pytest.mark.parametrize("price", ["0.99", "0.999", "0.9999", "0.001"])
@pytest.mark.parametrize("closed", [False, True])
def test_a_price_near_one_is_not_a_resolution(price: str, closed: bool) -> None:
    assert judge(market(price, closed=closed)).payouts is None
    assert judge(market(price, closed=closed)).state is ResolutionState.OPEN


@pytest.mark.parametrize("price", ["1", "0", "0.5"])
def test_a_closed_market_without_a_final_status_is_not_resolved(price: str) -> None:
    judged = judge(market(price, closed=True))
    assert (judged.state, judged.payouts) == (ResolutionState.OPEN, None)
    assert needs_clob(market(price, closed=True))


@pytest.mark.parametrize("status", ["resolved", "settled"])
def test_a_final_status_of_a_closed_market_pays_one_and_nothing(status: str) -> None:
    won = judge(market("1", closed=True, uma_status=status, uma_statuses=("proposed",)))
    assert won.state is ResolutionState.RESOLVED
    assert won.payouts == {YES: Decimal(1), NO: Decimal(0)}
    assert won.winner == YES
    lost = judge(market("0", closed=True, uma_status=status))
    assert lost.payouts == {YES: Decimal(0), NO: Decimal(1)}
    assert lost.winner == NO


@pytest.mark.parametrize("tie", [True, False])
def test_a_tie_is_void_and_pays_a_half_each(tie: bool) -> None:
    judged = judge(market("0.5", closed=True, uma_status="resolved"), clob(tie=tie))
    assert (judged.state, judged.payouts) == (ResolutionState.VOID, {YES: HALF, NO: HALF})
    assert judged.winner is None
    assert judged.state.final


def test_prices_of_a_half_that_only_lag_behind_pay_nobody() -> None:
    """A market that nobody traded is listed at a half each, and its final word may come before its final prices."""
    lagging = market("0.5", closed=True, uma_status="resolved")
    assert judge(lagging).payouts is None
    assert needs_clob(lagging)
    assert judge(lagging, clob(YES)).payouts is None
    assert judge(lagging, clob(closed=False)).payouts is None


def test_a_market_of_the_second_protocol_is_final_by_its_own_status() -> None:
    assert judge(market("1", closed=True, resolution_status="resolved")).state is ResolutionState.RESOLVED
    assert judge(market("1", closed=True, resolution_status="active")).state is ResolutionState.OPEN


def test_a_final_status_of_a_market_that_is_not_closed_does_not_pay() -> None:
    judged = judge(market("1", uma_status="resolved"))
    assert (judged.state, judged.payouts) == (ResolutionState.PROPOSED, None)


@pytest.mark.parametrize("prices", [("0.9995", "0.0005"), ("0", "0"), ("0.5843", "0.4157"), ("1", "1")])
def test_a_final_status_without_final_prices_waits_for_the_winner(prices: tuple[str, str]) -> None:
    said = market(prices[0], other=prices[1], closed=True, uma_status="resolved")
    assert judge(said).payouts is None
    believed = Decimal(prices[0]) >= HALF
    assert (judge(said, clob(YES)).payouts == {YES: Decimal(1), NO: Decimal(0)}) is believed


def test_a_proposal_may_flip_and_nothing_pays_before_the_end() -> None:
    steps = [
        judge(market("0.99", uma_status="proposed", uma_statuses=("proposed",))),
        judge(market("0.99", uma_status="disputed", uma_statuses=("proposed", "disputed"))),
        judge(market("0.02", uma_status="proposed", uma_statuses=("proposed", "disputed", "proposed"))),
        judge(
            market("0", closed=True, uma_status="resolved", uma_statuses=("proposed", "disputed", "proposed"))
        ),
    ]
    assert [step.state for step in steps] == ["proposed", "disputed", "proposed", "resolved"]
    assert [step.proposed_outcome for step in steps] == ["Yes", "Yes", "No", None]
    assert [step.payouts is None for step in steps] == [True, True, True, False]
    assert steps[-1].winner == NO


def test_the_newest_entry_of_the_list_counts_when_the_single_field_is_empty() -> None:
    judged = judge(market("0.99", uma_statuses=("proposed", "disputed")))
    assert judged.state is ResolutionState.DISPUTED


def test_the_winner_of_the_order_book_service_is_the_second_sign_where_the_listing_lags() -> None:
    closed = market("1", closed=True)
    assert judge(closed, clob(YES)).state is ResolutionState.RESOLVED
    assert judge(closed, clob(NO)).payouts is None
    assert judge(closed, clob(YES, closed=False)).payouts is None
    assert judge(closed, clob()).payouts is None
    assert judge(closed, clob(YES, NO)).payouts is None
    assert judge(closed, clob("other")).payouts is None
    assert judge(market("0.5", closed=True), clob(tie=True)).state is ResolutionState.VOID
    assert judge(market("0.98", closed=True), clob(YES)).payouts is None


def test_a_dispute_outweighs_prices_and_winner() -> None:
    disputed = market("1", closed=True, uma_status="disputed", resolution_status="resolved")
    assert judge(disputed, clob(YES)).payouts is None
    assert judge(disputed, clob(YES)).state is ResolutionState.DISPUTED


prices = st.one_of(
    st.sampled_from(["0", "0.5", "1", "0.99", "0.999"]).map(Decimal),
    st.decimals(min_value=0, max_value=1, places=4, allow_nan=False),
)
words = st.none() | st.sampled_from(sorted(FINAL | PROPOSED | DISPUTED | {"requested", "odd"}))
anything = st.builds(
    lambda first, second, closed, uma, listed, own: market(
        str(first),
        other=str(second),
        closed=closed,
        uma_status=uma,
        uma_statuses=tuple(listed),
        resolution_status=own,
    ),
    prices,
    prices,
    st.booleans(),
    words,
    st.lists(st.sampled_from(["proposed", "disputed"]), max_size=4),
    st.none() | st.sampled_from(["inactive", "active", "resolved"]),
)
any_clob = st.none() | st.builds(
    ClobWord,
    closed=st.booleans(),
    winners=st.lists(st.sampled_from([YES, NO, "other"]), max_size=2).map(tuple),
    tie=st.booleans(),
)


@given(seen=anything, said=any_clob)
def test_whatever_the_venue_says_a_pair_of_shares_pays_one_or_nothing_is_final(
    seen: Market, said: ClobWord | None
) -> None:
    judged = judge(seen, said)
    assert (judged.payouts is not None) == judged.state.final
    if judged.payouts is None:
        return
    assert seen.closed
    assert set(judged.payouts) == {YES, NO}
    assert sum(judged.payouts.values()) == 1
    assert set(judged.payouts.values()) <= {Decimal(0), HALF, Decimal(1)}
    assert (judged.state is ResolutionState.VOID) == (judged.payouts[YES] == HALF)
    newest = seen.resolution and seen.resolution.uma_status
    assert newest not in PROPOSED | DISPUTED
    # Two signs at least: the final word and a price or winner, or a price and a winner that agree.
    word_is_final = newest in FINAL or (seen.resolution and seen.resolution.resolution_status == "resolved")
    assert word_is_final or said is not None


@given(seen=anything)
def test_an_open_market_never_pays(seen: Market) -> None:
    still_open = seen.model_copy(update={"closed": False})
    assert judge(still_open, clob(YES)).payouts is None


def test_evidence_that_was_stored_before_markets_had_words_about_their_resolution_still_reads() -> None:
    stored = a_market().model_dump(mode="json")
    del stored["resolution"]
    read = Market.model_validate(stored)
    assert read == a_market()
    assert judge(read).state is ResolutionState.OPEN
