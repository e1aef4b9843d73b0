"""One step of a guard, under the locks of its position: what the last try sold, what is over, and who sells next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from activities.exit_bids import BidSeen, needs_look, why_not
from contracts.exit import NextExit
from db.models import ExitRequest, Order
from db.repositories.exit_orders import (
    Guarded,
    fruitless_tries,
    plan_sale,
    sold_by,
    tell_exit,
    unsettled_shares,
)
from db.repositories.exit_requests import CLOSED, end_request, wait_for_next_try, withdraw
from db.repositories.order_cancellation import request_cancel
from db.repositories.orders import deny
from db.repositories.position_exits import switch_off, use_up
from db.session import WriteSession
from domain.money import Shares, plain
from domain.portfolio.exit_plan import (
    RETRY_FIRST,
    RETRY_LONGEST,
    SALE_STEP,
    by_urgency,
    cut,
    has_sold_all,
    is_due,
    retry_pause,
    to_sell,
    urgency,
    wanted_of,
)
from domain.risk.verdict import RiskVerdict

NOT_SETTLED = "the shares that were bought are not final at the venue yet"
NO_EXITS = "trading is halted, exits too"
NOT_WANTED = "the exit was taken back"
TOO_FEW = "less than a hundredth of a share is left to sell"


@dataclass(frozen=True, slots=True)
class ExitStep:
    """`seen`: the market's bids, None where nobody looked. `may_sell`: what the trading state says of exits."""

    session: WriteSession
    guarded: Guarded
    seen: BidSeen | None
    may_sell: bool
    now: datetime

    async def take(self) -> NextExit:
        for request in self.guarded.requests:
            await self._finish_try(request)
        await self._deny_orphans()
        if self.guarded.position.closed_at is not None:
            return await self._end()
        await self._drop_superseded()
        working = self._working()
        if working is not None:
            return await self._while_working(*working)
        return await self._sell_next()

    @property
    def leaves_dust(self) -> bool:
        """Somebody wanted to sell, and what is left is too little for anybody."""
        position = self.guarded.position
        asked = bool(self.guarded.requests) and not self.guarded.orders
        return asked and position.closed_at is None and position.shares < SALE_STEP

    def _pending(self) -> list[ExitRequest]:
        """Most urgent first."""
        pending = {request.id: request for request in self.guarded.requests if request.status == "pending"}
        wishes = by_urgency([self.guarded.wish(request) for request in pending.values()])
        return [pending[wish.id] for wish in wishes]

    def _working(self) -> tuple[ExitRequest, Order] | None:
        """The request whose order is under way."""
        for request in self.guarded.requests:
            if request.status == "working" and request.order_id in self.guarded.orders:
                return request, self.guarded.orders[request.order_id]
        return None

    async def _finish_try(self, request: ExitRequest) -> None:
        """Its order is final: what it sold counts, and the request is over or waits for its next try.

        A node's order may end before anybody began with it, because a person cancelled it.
        """
        begun = request.status == "working" or (request.attempts == 0 and request.order_id is not None)
        if not begun or request.order_id in self.guarded.orders:
            return
        order = await self.session.get_one(Order, request.order_id, populate_existing=True)
        position = self.guarded.position
        request.shares_sold = await sold_by(self.session, request.id)
        if order.filled_shares > 0:
            await tell_exit(self.session, order, request, closed=position.closed_at is not None)
        if has_sold_all(self.guarded.wish(request), Shares(position.shares)):
            if request.shares_sold > 0:
                await self._over(request)
            else:
                await withdraw(self.session, request, CLOSED, self.now)
        elif request.persistent:
            tries = await fruitless_tries(self.session, request)
            pause = retry_pause(tries) if tries else RETRY_FIRST
            await wait_for_next_try(self.session, request, order.status_reason, self.now + pause, self.now)
        else:
            await end_request(self.session, request, "failed", _shortcoming(request, order), self.now)
            await use_up(self.session, request, self.now)

    async def _over(self, request: ExitRequest) -> None:
        """Done, and its rule is used up."""
        await end_request(self.session, request, "done", None, self.now)
        await use_up(self.session, request, self.now)

    async def _end(self) -> NextExit:
        """The position is closed, by whatever: nobody wants anything of it any more. An order under way ends first."""
        under_way = [order for order in self.guarded.orders.values() if order.status != "planned"]
        for request in self.guarded.requests:
            order = self.guarded.orders.get(request.order_id) if request.order_id is not None else None
            if request.done_at is None and order not in under_way:
                await self._withdraw(request, CLOSED)
        await switch_off(self.session, self.guarded.position.id, None, self.now)
        if under_way:
            return NextExit(order_id=under_way[0].id, waiting=True, reason=CLOSED)
        return NextExit(over=True, reason=CLOSED)

    async def _withdraw(self, request: ExitRequest, why: str) -> None:
        await withdraw(self.session, request, why, self.now)
        await self._deny_planned(request, why)

    async def _deny_planned(self, request: ExitRequest, why: str) -> None:
        """A node's order that was written and is not needed: what waits behind it must know."""
        order = self.guarded.orders.get(request.order_id) if request.order_id is not None else None
        if order is not None and order.status == "planned":
            verdict = RiskVerdict(rule="exit_withdrawn", passed=False, sentence=why)
            await deny(self.session, order, verdict, self.now)

    async def _deny_orphans(self) -> None:
        """Orders that were written for requests which are over by now."""
        wanted = {request.order_id for request in self.guarded.requests if request.done_at is None}
        for order in self.guarded.orders.values():
            if order.status == "planned" and order.exit_request_id is not None and order.id not in wanted:
                verdict = RiskVerdict(rule="exit_withdrawn", passed=False, sentence=NOT_WANTED)
                await deny(self.session, order, verdict, self.now)

    async def _drop_superseded(self) -> None:
        """Of what one node asked for in several executions, the newest counts."""
        newest: dict[str, int] = {}
        for request in self.guarded.requests:
            newest[request.rule] = max(newest.get(request.rule, 0), request.sequence)
        for request in self._pending():
            if request.rule.startswith("node:") and request.sequence < newest[request.rule]:
                await self._withdraw(request, "a later execution asked again")

    async def _while_working(self, request: ExitRequest, order: Order) -> NextExit:
        """A limit order that rests makes room for what is more urgent; everything else ends by itself."""
        answer = NextExit(order_id=order.id, waiting=True, reason=f"{request.rule}: order {order.status}")
        rank = urgency(self.guarded.wish(request).kind)
        urgent = [other for other in self._pending() if is_due(self.guarded.wish(other), self.now)]
        if not urgent or order.order_type != "limit" or not self.may_sell:
            return answer
        first = self.guarded.wish(urgent[0])
        if urgency(first.kind) >= rank:
            return answer
        why = f"{first.kind} is more urgent"
        await request_cancel(self.session, order, "more_urgent_exit", why, self.now)
        return answer.model_copy(update={"cancelling": order.id})

    async def _sell_next(self) -> NextExit:
        unsettled = await unsettled_shares(self.session, self.guarded.position.id)
        for request in self._pending():
            if not self.may_sell:
                return NextExit(waiting=True, reason=NO_EXITS)
            if is_due(self.guarded.wish(request), self.now):
                order_id = await self._try(request, unsettled)
                if order_id is not None:
                    return NextExit(order_id=order_id, waiting=True, reason=f"{request.rule}: sells")
        return self._waiting()

    async def _try(self, request: ExitRequest, unsettled: Shares) -> UUID | None:
        """Plans its order, or says why there is none now."""
        position, wish = self.guarded.position, self.guarded.wish(request)
        held = Shares(position.shares)
        if has_sold_all(wish, held):
            await self._nothing_left(request)
            return None
        shares = to_sell(wish, held, Shares(position.offered_shares + unsettled))
        if shares == 0:
            why = NOT_SETTLED if unsettled else "the shares are offered already"
            await wait_for_next_try(self.session, request, why, self.now + RETRY_FIRST, self.now)
            return None
        if self.seen is not None and needs_look(request, self.now):
            why_none = why_not(request, self.seen)
            if why_none is not None:
                await self._look_later(request, why_none)
                return None
        return await plan_sale(self.session, self.guarded, request, shares, wanted_of(wish, held), self.now)

    async def _nothing_left(self, request: ExitRequest) -> None:
        if request.shares_sold > 0:
            await self._over(request)
        else:
            await end_request(self.session, request, "failed", TOO_FEW, self.now)
            await use_up(self.session, request, self.now)
            await self._deny_planned(request, TOO_FEW)

    async def _look_later(self, request: ExitRequest, why: str) -> None:
        """No order: twice as long as the last time."""
        last = timedelta(0)
        if request.next_attempt_at is not None:
            last = request.next_attempt_at - request.updated_at
        pause = min(max(last * 2, RETRY_FIRST), RETRY_LONGEST)
        await wait_for_next_try(self.session, request, why, self.now + pause, self.now)

    def _waiting(self) -> NextExit:
        pending = self._pending()
        times = [request.next_attempt_at for request in pending if request.next_attempt_at is not None]
        return NextExit(
            waiting=bool(pending),
            retry_at=min(times, default=None),
            reason=pending[0].failure if pending else None,
        )


def _shortcoming(request: ExitRequest, order: Order) -> str:
    why = order.status_reason or f"the order was {order.status}"
    if request.shares_sold > 0 and request.shares_wanted is not None:
        return f"sold {plain(request.shares_sold)} of {plain(cut(request.shares_wanted))} shares: {why}"
    return why
