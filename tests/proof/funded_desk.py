"""A user with two strategies on three markets: capital moves, and so do prices; crashes happen. Rules of the machine in trading_machine.py."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
)

from db.repositories.allocations import give, rebalance, take_back
from tests.fixed_markets import a_market
from tests.proof.trading_floor import (
    TradingFloor,
)

OPENING = Decimal(1000)
MARKETS = ["m1", "m2", "m3"]
NEXT = {"reserve": "reserve", "post": "post", "settle": "track", "look": "follow"}
"""Activity by what the workflow would do next."""
ENDS = {"yes": ("1", "resolved"), "no": ("0", "resolved"), "void": ("0.5", "resolved")}

amounts = st.decimals("0.01", "400", places=2)
crashes = st.booleans()
failures = st.one_of(st.none(), st.integers(0, 24))
"""Where an activity fails; it may have fewer points, and then it succeeds."""
strategies = st.integers(0, 1)
picks = st.integers(0, 10**6)


class FundedDesk(RuleBasedStateMachine):
    """A user with two strategies on two markets whose prices and depth change."""

    floor: TradingFloor

    @initialize()
    def open(self) -> None:
        self.floor.new_desk("1000", "300", "200")
        # The round over ended markets looks at all of one source: each example has its own.
        self.source = f"s{uuid4().hex}"
        self.floor.desk.markets.all["m3"] = a_market("m3", price="0.25")

    def strategy(self, number: int) -> UUID:
        return self.floor.desk.strategies[number]

    def pick(self, rows: list[Any], number: int) -> Any:
        return rows[number % len(rows)] if rows else None

    # Capital

    @rule(strategy=strategies, amount=amounts, crash=crashes)
    def allocate(self, strategy: int, amount: Decimal, crash: bool) -> None:
        transfer = self.floor.desk.transfer(str(amount))
        for once in (crash, False, False):
            self.floor.write(lambda s: give(s, transfer, self.strategy(strategy)), crash=once)

    @rule(strategy=strategies, amount=amounts, crash=crashes)
    def take_back(self, strategy: int, amount: Decimal, crash: bool) -> None:
        transfer = self.floor.desk.transfer(str(amount))
        self.floor.write(lambda s: take_back(s, transfer, self.strategy(strategy)), crash=crash)

    @rule(giver=strategies, amount=amounts, crash=crashes)
    def rebalance(self, giver: int, amount: Decimal, crash: bool) -> None:
        transfer = self.floor.desk.transfer(str(amount))
        one, other = self.strategy(giver), self.strategy(1 - giver)
        self.floor.write(lambda s: rebalance(s, transfer, one, other), crash=crash)

    # The market

    @rule(market=st.sampled_from(MARKETS), cents=st.integers(5, 95), depth=st.integers(0, 60_000))
    def market_moves(self, market: str, cents: int, depth: int) -> None:
        if not self.floor.desk.markets.all[market].closed:
            self.floor.desk.markets.all[market] = a_market(market, price=str(Decimal(cents) / 100))
        self.floor.desk.markets.depth = Decimal(depth) / 100

    @rule(market=st.sampled_from(MARKETS), ticks=st.integers(-25, 25))
    def market_drifts(self, market: str, ticks: int) -> None:
        known = self.floor.desk.markets.all[market]
        price = min(max(known.outcomes[0].price + Decimal(ticks) / 1000, Decimal("0.05")), Decimal("0.95"))
        if not known.closed:
            self.floor.desk.markets.all[market] = a_market(market, price=str(price))
