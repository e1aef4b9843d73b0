"""Orders whose answer was lost: they keep what is set aside for them until the venue says what became of them."""

from datetime import timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.order_following import OrderFollowing
from activities.order_posting import OrderPosting
from contracts.order import OrderInput, OrderStep
from domain.orders.venue_order import VenueAnswer, VenueOrder
from tests.desk import now
from tests.paper_desk import Venue, sound


class NobodyAnswers:
    """A venue behind a broken line; asked later, it says `later`."""

    binding = False

    def __init__(self, later: str) -> None:
        self._later = later

    async def post(self, order: VenueOrder) -> VenueAnswer:
        return VenueAnswer(status="unknown", reason="the venue did not answer in time")

    async def look_up(self, order: VenueOrder) -> VenueAnswer:
        return VenueAnswer.model_validate({"status": self._later, "rule": "no_match", "reason": "killed"})

    async def cancel(self, order: VenueOrder) -> VenueAnswer:
        return VenueAnswer(status="cancelled")


async def lost(venue: Venue) -> OrderInput:
    """Reserved, sent, and the answer never came."""
    request = await venue.plan(amount="20")
    await venue.reserve(request)
    posting = OrderPosting(venue.desk.database, venue.markets, venue.clock, NobodyAnswers("unknown"))
    step = await venue.run(posting.post_order, request)
    assert (step.status, step.final, step.look_after_seconds) == ("unknown", False, 2)
    return request


async def look(venue: Venue, request: OrderInput, later: str) -> OrderStep:
    following = OrderFollowing(venue.desk.database, venue.markets, venue.clock, NobodyAnswers(later))
    step: OrderStep = await ActivityEnvironment().run(following.follow_order, request)
    return step


async def test_as_long_as_the_venue_is_not_heard_the_reservation_stays(venue: Venue) -> None:
    request = await lost(venue)
    assert (await look(venue, request, "unknown")).status == "unknown"
    order = await venue.order(request)
    assert order.reserved_left == order.reserved_amount > 0
    assert (await venue.trade(request)).status == "pending"
    await sound(venue)


async def test_what_the_venue_says_later_is_what_became_of_it(venue: Venue) -> None:
    request = await lost(venue)
    assert (await look(venue, request, "cancelled")).status == "cancelled"
    assert (await venue.order(request)).status_rule == "no_match"
    assert await venue.available() == 500


@pytest.mark.parametrize("why", ["cancelled by you", "too old"])
async def test_an_order_that_never_arrived_is_not_sent_again_when_it_is_cancelled_or_too_old(
    venue: Venue, why: str
) -> None:
    request = await lost(venue)
    if why == "too old":
        venue.clock = lambda: now() + timedelta(minutes=3)
    else:
        assert await venue.cancel(request)
        assert (await venue.order(request)).status == "unknown", "only the venue knows whether it is there"
    assert (await look(venue, request, "absent")).status == "cancelled"
    assert await venue.available() == 500
    await sound(venue)


async def test_an_order_that_never_arrived_is_posted_again(venue: Venue) -> None:
    request = await lost(venue)
    assert (await look(venue, request, "absent")).status == "posting"
    venue.show(asks=(("0.45", "1000"),))
    assert (await venue.post(request)).status == "matched"
    await sound(venue)
