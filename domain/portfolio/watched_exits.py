"""All exit rules that one watcher guards, found by token: a price costs only the positions of its token."""

import heapq
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.money import Price
from domain.portfolio.exit_rule import ExitRule
from domain.portfolio.exit_rules import (
    NOTHING_SEEN,
    ExitCondition,
    Guarded,
    RuleMemory,
    Verdict,
    lost_sight,
)

RuleKey = tuple[UUID, str]
"""Position and name of the rule."""


@dataclass(frozen=True, slots=True)
class ArmedRule:
    """A rule as the books have it. `sequence`: how often it has triggered before."""

    position_id: UUID
    token_id: str
    rule: ExitRule
    sequence: int
    guarded: Guarded
    memory: RuleMemory = NOTHING_SEEN

    @property
    def key(self) -> RuleKey:
        return self.position_id, self.rule.rule


@dataclass(frozen=True, slots=True)
class Trigger:
    """An exit that a rule asks for. `best_bid`: what was known then, None for a rule by the clock without a price."""

    armed: ArmedRule
    verdict: Verdict
    best_bid: Price | None
    at: datetime


@dataclass(slots=True)
class Watched:
    armed: ArmedRule
    condition: ExitCondition
    memory: RuleMemory
    saved: tuple[Price | None, datetime | None]
    triggered: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a rule remembers and the books do not know yet."""

    armed: ArmedRule
    peak: Price | None
    activated_at: datetime | None


class WatchedExits:
    """Mutable; a rule that triggered stays silent until it is released or armed anew. Prices are best bids."""

    def __init__(self) -> None:
        self._watched: dict[RuleKey, Watched] = {}
        self._by_token: dict[str, dict[RuleKey, Watched]] = {}
        self._by_position: dict[UUID, set[RuleKey]] = {}
        self._due: list[tuple[datetime, UUID, str]] = []
        self._bids: dict[str, Price | None] = {}
        self._unsaved: set[RuleKey] = set()

    def __len__(self) -> int:
        return len(self._watched)

    def tokens(self) -> frozenset[str]:
        return frozenset(self._by_token)

    def watches(self, token_id: str) -> bool:
        return token_id in self._by_token

    def positions(self) -> frozenset[UUID]:
        return frozenset(self._by_position)

    def positions_of(self, tokens: Collection[str]) -> frozenset[UUID]:
        return frozenset(key[0] for token in tokens for key in self._by_token.get(token, ()))

    def peaks_matter(self, token_id: str) -> bool:
        """Whether a rule of this token looks at prices of the past."""
        kinds = ("trailing_stop", "breakeven")
        return any(one.armed.rule.kind in kinds for one in self._by_token.get(token_id, {}).values())

    def put(self, positions: Collection[UUID], rules: Iterable[ArmedRule], at: datetime) -> list[Trigger]:
        """The armed rules of `positions` are exactly `rules`; what is known of prices is judged at once."""
        kept = {armed.key: armed for armed in rules}
        for position in positions:
            for key in self._by_position.get(position, set()) - kept.keys():
                self._remove(key)
        return [found for armed in kept.values() for found in self._put(armed, at)]

    def _put(self, armed: ArmedRule, at: datetime) -> Iterator[Trigger]:
        known = self._watched.get(armed.key)
        if known is not None and _same_asking(known.armed, armed):
            if known.armed.guarded == armed.guarded:
                return
            # Bought more: the average moved, what was seen stays seen.
            known.armed, known.condition = armed, ExitCondition(armed.rule, armed.guarded)
            watched = known
        else:
            self._remove(armed.key, keep_price=True)
            watched = Watched(
                armed,
                ExitCondition(armed.rule, armed.guarded),
                armed.memory,
                (armed.memory.peak, armed.memory.activated_at),
            )
            self._watched[armed.key] = watched
            self._by_token.setdefault(armed.token_id, {})[armed.key] = watched
            self._by_position.setdefault(armed.position_id, set()).add(armed.key)
        yield from self._judge(watched, self._bids.get(armed.token_id), at)

    def _remove(self, key: RuleKey, *, keep_price: bool = False) -> None:
        watched = self._watched.pop(key, None)
        if watched is None:
            return
        self._unsaved.discard(key)
        token_id, position = watched.armed.token_id, watched.armed.position_id
        self._by_position[position].discard(key)
        if not self._by_position[position]:
            del self._by_position[position]
        del self._by_token[token_id][key]
        if not self._by_token[token_id]:
            del self._by_token[token_id]
            if not keep_price:
                self._bids.pop(token_id, None)

    def on_bid(self, token_id: str, best_bid: Price | None, at: datetime) -> list[Trigger]:
        """A known book says so. A price that is the same as before costs nothing."""
        of_token = self._by_token.get(token_id)
        if of_token is None or (token_id in self._bids and self._bids[token_id] == best_bid):
            return []
        self._bids[token_id] = best_bid
        return [found for watched in of_token.values() for found in self._judge(watched, best_bid, at)]

    def lose_sight(self, token_ids: Iterable[str], at: datetime) -> None:
        """From `at`, which may be past, the prices are not known."""
        for token_id in token_ids:
            self._bids.pop(token_id, None)
            for watched in self._by_token.get(token_id, {}).values():
                watched.memory = lost_sight(watched.memory, at)
                if watched.armed.rule.minutes is None:
                    watched.due_at = None

    def heard_of(self, token_id: str, price: Price, at: datetime) -> None:
        """The best bid stood there during a gap: only for peaks and waking."""
        for watched in self._by_token.get(token_id, {}).values():
            if watched.armed.rule.minutes is None:
                self._remember(watched, watched.condition.heard_of(watched.memory, price, at))

    def look_again(self, token_id: str, at: datetime) -> list[Trigger]:
        """What was heard of may have moved levels: the price of now is judged by them."""
        if token_id not in self._bids:
            return []
        best_bid, of_token = self._bids[token_id], self._by_token[token_id]
        return [found for watched in of_token.values() for found in self._judge(watched, best_bid, at)]

    def due_tokens(self, at: datetime) -> frozenset[str]:
        """Tokens whose price decides about a rule that is due."""
        due = (self._watched.get((position, rule)) for moment, position, rule in self._due if moment <= at)
        return frozenset(one.armed.token_id for one in due if one and one.armed.rule.minutes is None)

    def due(self, at: datetime) -> list[Trigger]:
        """Rules whose time has come although no price changed."""
        triggers: list[Trigger] = []
        while self._due and self._due[0][0] <= at:
            due_at, position, rule = heapq.heappop(self._due)
            watched = self._watched.get((position, rule))
            if watched is not None and watched.due_at == due_at:
                watched.due_at = None
                triggers.extend(self._judge(watched, self._bids.get(watched.armed.token_id), at))
        return triggers

    def next_due(self) -> datetime | None:
        """May be earlier than anything that is really due."""
        return self._due[0][0] if self._due else None

    def release(self, key: RuleKey, retry_at: datetime) -> None:
        """The trigger was not taken: the rule is judged again, from `retry_at` on, by what the price is then."""
        watched = self._watched.get(key)
        if watched is not None:
            watched.triggered = False
            self._look_again(watched, retry_at)

    def forget(self, key: RuleKey) -> None:
        """The trigger was taken: should the books have the rule armed again, it begins anew."""
        self._remove(key)

    def unsaved(self) -> list[Progress]:
        """Peaks and wakings since the last call. Who fails to save them gives them back by `not_saved`."""
        keys, self._unsaved = self._unsaved, set()
        found = [self._watched[key] for key in keys if key in self._watched]
        for watched in found:
            watched.saved = (watched.memory.peak, watched.memory.activated_at)
        return [Progress(one.armed, one.memory.peak, one.memory.activated_at) for one in found]

    def not_saved(self, progress: Iterable[Progress]) -> None:
        self._unsaved.update(one.armed.key for one in progress if one.armed.key in self._watched)

    def _judge(self, watched: Watched, best_bid: Price | None, at: datetime) -> Iterator[Trigger]:
        if watched.triggered:
            return
        verdict = watched.condition.judge(watched.memory, best_bid, at)
        self._remember(watched, verdict.memory)
        if verdict.sells:
            watched.triggered, watched.due_at = True, None
            yield Trigger(watched.armed, verdict, best_bid, at)
        elif verdict.due_at is None:
            watched.due_at = None
        elif verdict.due_at != watched.due_at:
            self._look_again(watched, verdict.due_at)

    def _look_again(self, watched: Watched, at: datetime) -> None:
        watched.due_at = at
        heapq.heappush(self._due, (at, *watched.armed.key))

    def _remember(self, watched: Watched, memory: RuleMemory) -> None:
        watched.memory = memory
        remembers = watched.armed.rule.kind in ("trailing_stop", "breakeven")
        if remembers and (memory.peak, memory.activated_at) != watched.saved:
            self._unsaved.add(watched.armed.key)


def _same_asking(known: ArmedRule, armed: ArmedRule) -> bool:
    return known.rule == armed.rule and known.sequence == armed.sequence and known.token_id == armed.token_id
