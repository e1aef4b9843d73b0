"""The steps of one sentence onto the board: all of them or none."""

from dataclasses import dataclass, field, replace

from domain.copilot.change_threshold import change_threshold
from domain.copilot.pen import AGAIN, CannotDraw, Pen
from domain.copilot.steps import (
    AfterTrade,
    Branch,
    Buy,
    Change,
    Check,
    Every,
    ExitRule,
    Mark,
    Monitor,
    Named,
    Otherwise,
    Sell,
    Source,
    Step,
    Take,
    Tell,
    Unwatch,
    Wait,
    Watch,
    Whales,
)

TWO_INTERVALS = "A strategy has one interval; another one was said before."
ALL_MARKETS = "All open markets are looked at, as no category was said."
EFFECTS = (Watch, Unwatch, Buy, Sell, Tell)
NARROWED = "A watchlist cannot be narrowed by category or words; do so before markets are put on it."


@dataclass(frozen=True, slots=True)
class Plan:
    """`guarded`: purchases of markets that are held already are prevented; `interval`: seconds said before."""

    steps: tuple[Step, ...]
    guarded: bool
    interval: int | None


@dataclass(slots=True)
class Drawn:
    pen: Pen
    interval: int | None = None
    name: str = ""
    settings: list[str] = field(default_factory=list)


def draw_steps(before: Pen, plan: Plan) -> Drawn:
    """A new pen with the steps drawn; `before` stays as it is. Raises CannotDraw."""
    drawn = Drawn(replace(before, board=before.board.copy(), made=[], notes=[], apart=True))
    monitored = any(isinstance(step, Monitor) for step in plan.steps)
    if any(isinstance(step, Unwatch) for step in plan.steps) and any(
        isinstance(step, Source) and step.mention for step in plan.steps
    ):
        # "Remove markets from the watchlist if …": those that are on it.
        drawn.pen.monitor(None)
    index = 0
    while index < len(plan.steps):
        step = plan.steps[index]
        following = plan.steps[index + 1] if index + 1 < len(plan.steps) else None
        attached = following if isinstance(following, Check) and following.role == "plain" else None
        if isinstance(step, Source):
            if step.mention and attached is not None and not drawn.pen.begun:
                step = replace(step, find=True)
                drawn.pen.notes.append(ALL_MARKETS)
            if step.mention:
                index += 1
                continue
            if monitored and not step.find:
                raise CannotDraw(NARROWED)
        if isinstance(step, Source | Monitor) and attached is not None:
            drawn.pen.notes.extend(attached.conditions.notes)
            index += 1
        _draw(drawn, step, attached, plan)
        drawn.pen.apart = drawn.pen.apart or isinstance(step, EFFECTS)
        index += 1
    return drawn


def _draw(drawn: Drawn, step: Step, attached: Check | None, plan: Plan) -> None:
    pen = drawn.pen
    match step:
        case Source():
            pen.source(step, attached.conditions if attached is not None else None)
        case Monitor():
            pen.monitor(attached.conditions if attached is not None else None)
        case Check():
            pen.notes.extend(step.conditions.notes)
            pen.check(step)
        case Whales():
            pen.whales(step)
        case Watch():
            pen.watch()
        case Unwatch():
            pen.unwatch()
        case Buy():
            guarded = step.repeat == "once" or (plan.guarded and step.repeat != "again")
            pen.buy(step, guarded)
            if guarded and not step.repeat:
                pen.notes.append(AGAIN)
        case ExitRule():
            pen.exit_rule(step.kind, step.ratio)
        case Sell():
            pen.sell(step)
        case Wait():
            pen.wait(step)
        case AfterTrade():
            pen.after_trade()
        case Tell():
            pen.tell(step)
        case Take():
            pen.take(step)
        case Otherwise():
            pen.branch(holds=False)
        case Branch():
            pen.branch(step.holds)
        case Mark():
            pen.mark(step.end)
        case Change():
            pen.made.extend(change_threshold(pen.board, step))
        case Every() | Named():
            _set(drawn, step, plan)
        case _:
            raise CannotDraw("It cannot be drawn.")


def _set(drawn: Drawn, step: Every | Named, plan: Plan) -> None:
    if isinstance(step, Named):
        drawn.name = step.name
        drawn.settings.append("name")
        return
    said = drawn.interval if drawn.interval is not None else plan.interval
    if said is not None and said != step.seconds:
        raise CannotDraw(TWO_INTERVALS)
    drawn.interval = step.seconds
    drawn.settings.append("interval_seconds")
