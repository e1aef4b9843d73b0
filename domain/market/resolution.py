"""What became of a market. Only the venue's final word pays; a price, however close to one, does not."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.market.market import Market, ResolutionWord

ZERO, HALF, ONE = Decimal(0), Decimal("0.5"), Decimal(1)
Payouts = tuple[Decimal, Decimal]
PAYOUTS: tuple[Payouts, ...] = ((ONE, ZERO), (ZERO, ONE), (HALF, HALF))
"""All that two outcomes can pay: one of them everything, or each a half."""
LEADS_FROM = Decimal("0.9")
"""An outcome at this price counts as the one that was proposed: the venue does not name it."""

FINAL = frozenset({"resolved", "settled"})
DISPUTED = frozenset({"disputed", "challenged", "arbitration"})
PROPOSED = frozenset({"proposed", "reproposed"})


class ResolutionState(StrEnum):
    """How a market stands. The last two are final: they have payouts and never change."""

    OPEN = "open"
    PROPOSED = "proposed"
    """A result was proposed at the venue; it may still be disputed, and the next proposal may be another one."""
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    VOID = "void"
    """Nobody won: each share of either outcome pays a half."""

    @property
    def final(self) -> bool:
        return self in (ResolutionState.RESOLVED, ResolutionState.VOID)


class ClobWord(BaseModel):
    """What the order book service says of a market: `winners` are token ids, `tie` that each outcome pays a half."""

    model_config = ConfigDict(frozen=True)

    closed: bool
    winners: tuple[str, ...] = ()
    tie: bool = False


class Resolution(BaseModel):
    """`payouts`: token id → USDC per share, exactly 0, 1 or 0.5; None until the state is final."""

    model_config = ConfigDict(frozen=True)

    state: ResolutionState
    payouts: Mapping[str, Decimal] | None = None
    proposed_outcome: str | None = None
    """While proposed or disputed: the outcome that leads by price; None when none does."""
    statuses: tuple[str, ...] = ()
    """Everything that was proposed and disputed so far, as the venue lists it."""

    @property
    def winner(self) -> str | None:
        """Token that pays 1."""
        return next((token for token, paid in (self.payouts or {}).items() if paid == ONE), None)


def judge(market: Market, clob: ClobWord | None = None) -> Resolution:
    """How the market stands by what both services say of it. `clob` None: it was not asked, or does not know.

    Final needs a closed market and two signs that agree: the final word, exact final prices, the order book service's
    winner. Signs that contradict each other decide nothing, and a proposal or dispute under way outweighs them all. A tie by
    price pays only when the order book service was asked and knows of no winner.
    """
    word = market.resolution or ResolutionWord()
    paid = _payouts(market, word, clob)
    if paid is not None:
        tokens = [outcome.token_id for outcome in market.outcomes]
        state = ResolutionState.VOID if paid == (HALF, HALF) else ResolutionState.RESOLVED
        return Resolution(
            state=state, payouts=dict(zip(tokens, paid, strict=True)), statuses=word.uma_statuses
        )
    state = _unfinished(word)
    return Resolution(
        state=state,
        proposed_outcome=None if state is ResolutionState.OPEN else _leading(market),
        statuses=word.uma_statuses,
    )


def needs_clob(market: Market) -> bool:
    """Closed, and not final by the listing alone: the order book service may know the winner already."""
    return market.closed and not judge(market).state.final


def _payouts(market: Market, word: ResolutionWord, clob: ClobWord | None) -> Payouts | None:
    if not market.closed or _current(word) in PROPOSED | DISPUTED:
        return None
    by_price = _exact_prices(market)
    by_clob = _named_by(market, clob) if clob is not None else None
    if by_price is not None and by_clob is not None:
        return by_price if by_price == by_clob else None
    if not _says_final(word):
        return None
    if by_price == (HALF, HALF):
        # Also the price of what nobody ever traded: a tie needs that the other service knows of no winner.
        return by_price if clob is not None and clob.closed and not clob.winners else None
    if by_clob is not None and by_clob != (HALF, HALF) and not _leads(market, by_clob):
        return None
    return by_price or by_clob


def _exact_prices(market: Market) -> Payouts | None:
    first, second = market.outcomes[0].price, market.outcomes[1].price
    return next((paid for paid in PAYOUTS if paid == (first, second)), None)


def _named_by(market: Market, clob: ClobWord) -> Payouts | None:
    if not clob.closed:
        return None
    if clob.tie:
        return HALF, HALF
    tokens = [outcome.token_id for outcome in market.outcomes]
    if len(clob.winners) != 1 or clob.winners[0] not in tokens:
        return None
    return PAYOUTS[tokens.index(clob.winners[0])]


def _leads(market: Market, paid: Payouts) -> bool:
    """A winner that the prices do not believe in is looked at again later."""
    return market.outcomes[paid.index(ONE)].price >= HALF


def _says_final(word: ResolutionWord) -> bool:
    return _current(word) in FINAL or word.resolution_status == "resolved"


def _current(word: ResolutionWord) -> str | None:
    """The newest word of the oracle: the list of all is what remains when the single field is empty."""
    return word.uma_status or (word.uma_statuses[-1] if word.uma_statuses else None)


def _unfinished(word: ResolutionWord) -> ResolutionState:
    current = _current(word)
    if current in DISPUTED:
        return ResolutionState.DISPUTED
    # A final word that the prices do not bear out is no more than a proposal.
    if current in PROPOSED or _says_final(word):
        return ResolutionState.PROPOSED
    return ResolutionState.OPEN


def _leading(market: Market) -> str | None:
    return next((outcome.name for outcome in market.outcomes if outcome.price >= LEADS_FROM), None)
