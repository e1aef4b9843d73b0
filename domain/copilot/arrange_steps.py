"""The steps of a sentence in the order in which they are drawn: markets first, a condition before what it allows."""

from dataclasses import dataclass

from domain.copilot.steps import (
    ACTIONS,
    Buy,
    Check,
    Every,
    ExitRule,
    Mark,
    Monitor,
    Named,
    Sell,
    Source,
    Step,
    Take,
    Unwatch,
    Wait,
    Whales,
)

STAY = "Say how long it must have been there: for example “if it has been on the watchlist for 3 days, remove it”."
LOOSE = "It does not say which number decides: for example “by volume”."


@dataclass(frozen=True, slots=True)
class Arranged:
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    fault: str = ""


def arrange_steps(steps: list[Step]) -> Arranged:
    """`fault`: why the sentence makes no sense as a whole; empty when it does."""
    if _unwatched_later(steps):
        return Arranged((), (), STAY)
    ranked, notes, fault = _ranked(steps)
    if fault:
        return Arranged((), (), fault)
    placed, condition_note = _conditions_first(_sources_first(ranked))
    return Arranged(tuple(placed), (*notes, *condition_note))


def _unwatched_later(steps: list[Step]) -> bool:
    """`remove it from the watchlist after 3 days`: every execution would begin such a wait anew."""
    acting = [step for step in steps if _acts(step)]
    waits = any(isinstance(step, Wait) and step.after for step in steps)
    return waits and len(acting) == 1 and isinstance(acting[0], Unwatch)


def _ranked(steps: list[Step]) -> tuple[list[Step], tuple[str, ...], str]:
    """A count and the number that decides, said apart, become one step."""
    takes = [step for step in steps if isinstance(step, Take)]
    if not takes:
        return steps, (), ""
    limit = next((take.limit for take in takes if take.limit is not None), None)
    rank = next((take for take in takes if take.metric is not None), None)
    if limit is None:
        return steps, (), "It does not say how many markets: for example “the top 10”."
    if rank is None and all(take.loose for take in takes):
        return steps, (), LOOSE
    if len(takes) > 2:
        return steps, (), "Only one choice of the first markets fits into one sentence."
    whole = Take(limit, rank.metric if rank else "volume", rank.order if rank else "highest")
    notes = (
        () if rank else ("The first markets are those with the highest volume, as nothing else was said.",)
    )
    first = steps.index(takes[0])
    rest: list[Step] = [step for step in steps if not isinstance(step, Take)]
    rest.insert(min(first, len(rest)), whole)
    return rest, notes, ""


def _sources_first(steps: list[Step]) -> list[Step]:
    front: list[Step] = []
    behind: list[Step] = []
    follows = False
    for step in steps:
        if isinstance(step, Source | Monitor | Mark) and not (isinstance(step, Mark) and step.end):
            front.append(step)
            follows = not isinstance(step, Mark)
        elif follows and isinstance(step, Check) and step.role == "plain":
            front.append(step)
        elif isinstance(step, Every | Named):
            behind.append(step)
        else:
            behind.append(step)
            follows = False
    return [*front, *behind]


def _conditions_first(steps: list[Step]) -> tuple[list[Step], tuple[str, ...]]:
    """A condition behind all actions moves before the last trade, or before the last action."""
    steps = _filters_first(steps)
    acting = [index for index, step in enumerate(steps) if isinstance(step, ACTIONS)]
    checks = [index for index, step in enumerate(steps) if _decides(step)]
    if not acting or not checks or checks[-1] < acting[-1]:
        return steps, ()
    trades = [index for index in acting if isinstance(steps[index], Buy | Sell)]
    place = trades[-1] if trades else acting[-1]
    trailing = [steps[index] for index in checks if index > acting[-1]]
    rest = [step for index, step in enumerate(steps) if not (index > acting[-1] and index in checks)]
    moved = [*rest[:place], *trailing, *rest[place:]]
    if len(acting) == 1:
        return moved, ()
    return moved, (
        "The condition at the end of the sentence is for the trade, or the last step, and what is behind it.",
    )


def _decides(step: Step) -> bool:
    return isinstance(step, Whales) or (isinstance(step, Check) and step.role in ("if", "unless"))


def _filters_first(steps: list[Step]) -> list[Step]:
    """What narrows an action is drawn before it: "buy Yes in markets with …", "add them, but skip those …"."""
    arranged: list[Step] = []
    last = max((index for index, step in enumerate(steps) if _acts(step)), default=-1)
    for index, step in enumerate(steps):
        acting = [at for at, known in enumerate(arranged) if _acts(known)]
        if isinstance(step, Check) and step.role == "plain" and acting:
            arranged.insert(acting[-1], step)
        elif _narrows(step) and acting and index > last:
            arranged.insert(acting[-1] if isinstance(step, Wait) else acting[0], step)
        else:
            arranged.append(step)
    return arranged


def _acts(step: Step) -> bool:
    """A wait that is said as "after 10 minutes" belongs to an action and is none."""
    return isinstance(step, ACTIONS) and not (isinstance(step, Wait) and step.after)


def _narrows(step: Step) -> bool:
    if isinstance(step, Wait):
        return step.after
    return isinstance(step, Take) or (isinstance(step, Check) and step.role in ("skip", "filter"))


def with_exit_rules(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Exit rules right behind the purchase they belong to."""
    rules = [step for step in steps if isinstance(step, ExitRule)]
    if not rules or not any(isinstance(step, Buy) for step in steps):
        return steps
    rest = [step for step in steps if not isinstance(step, ExitRule)]
    place = max(index for index, step in enumerate(rest) if isinstance(step, Buy))
    return (*rest[: place + 1], *rules, *rest[place + 1 :])
