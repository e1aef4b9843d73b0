"""Draws the steps of one text, one sentence after the other, onto a board."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.copilot.drawing_board import DrawingBoard, End
from domain.copilot.read_conditions import Conditions, Rule
from domain.copilot.steps import Buy, Check, Role, Sell, Source, Take, Tell, Wait, Whales
from domain.graph.words import plural
from domain.money import plain

NO_MARKETS = "It does not say which markets: begin with some, for example “monitor Politics markets”."
NO_TRADE = "There is no purchase before it."
NO_CONDITION = "There is no condition before it."
BOUNDS = {
    ("volume", ">"): "volume_min",
    ("volume", ">="): "volume_min",
    ("liquidity", ">"): "liquidity_min",
    ("liquidity", ">="): "liquidity_min",
    ("hours_to_end", "<"): "end_within_hours",
    ("hours_to_end", "<="): "end_within_hours",
    ("hours_to_end", ">"): "end_after_hours",
    ("hours_to_end", ">="): "end_after_hours",
}
"""Comparisons that Stream Markets can ask the venue for; those without "or equal" are checked exactly behind it."""
AGAIN = "A market in which the strategy holds something already is not bought again; say “buy … again” if it should be."


class CannotDraw(Exception):
    """Its message says why, for people."""


@dataclass(slots=True)
class Pen:
    """`tail`: the ends at which the drawing goes on; `stem`: those before the last "if". `made`: nodes of this sentence."""

    board: DrawingBoard
    tail: list[End] | None = None
    stem: list[End] | None = None
    condition: str | None = None
    purchase: str | None = None
    controls: bool = False
    apart: bool = True
    """The next condition stands beside the last one; False: behind it, as in "if …, if …"."""
    made: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def begun(self) -> bool:
        """Whether there are markets with which the drawing can go on."""
        return self.tail is not None or bool(self.board.open_ends())

    def start(self) -> list[End]:
        """Behind the Start node, which is drawn when there is none."""
        known = self.board.of_type("start")
        if known:
            return [(known[0].id, "out")]
        return [(self.board.add("start", "start", {}, []), "out")]

    def source(self, source: Source, conditions: Conditions | None) -> None:
        search, rules = _bounds(conditions)
        if source.text is not None:
            search["text"] = source.text
        begin = self.start()
        streams = [
            self._add("stream", "stream_markets", {**({"tag": tag} if tag else {}), **search}, begin)
            for tag in source.tags or ("",)
        ]
        self._go_on([(stream, "out") for stream in streams])
        self.stem = self.condition = self.purchase = None
        self.notes.extend(source.notes)
        if rules:
            match = conditions.match if conditions is not None else "all"
            self._go_on([(self._add("filter", "filter", _rules(tuple(rules), match), self.markets()), "out")])

    def monitor(self, conditions: Conditions | None) -> None:
        config = _rules(conditions.rules, conditions.match) if conditions is not None else {}
        node = self._add("monitor", "monitor_watchlist", config, self.start())
        self._go_on([(node, "out")])
        self.stem = self.condition = self.purchase = None

    def markets(self) -> list[End]:
        """Where the drawing goes on, with markets. Raises CannotDraw."""
        if self.tail is None:
            ends = self.board.open_ends()
            if not ends:
                raise CannotDraw(NO_MARKETS)
            self._go_on([ends[-1]])
            if len(ends) > 1:
                last = self.board.nodes[ends[-1][0]]
                self.notes.append(f"It goes on behind {last.name or last.id}, which was drawn last.")
        if self.controls or self.tail is None:
            raise CannotDraw(NO_MARKETS)
        self.board.cut_end(self.tail)
        return self.tail

    def check(self, check: Check) -> None:
        watched = "minutes_on_watchlist" in str(check.conditions.rules)
        if watched and not self.begun:
            self.monitor(None)
        if check.role == "if" or check.role == "unless":
            behind = self._beside()
        else:
            behind = self.markets()
        config = _judging(check.conditions, check.role)
        if check.role in ("plain", "filter", "skip"):
            self._go_on([(self._add("filter", "filter", config, behind), "out")])
            return
        self.condition = self._add("condition", "condition", config, behind)
        self._go_on([(self.condition, "true")])

    def whales(self, whales: Whales) -> None:
        behind = self._beside()
        config: dict[str, Any] = {"window": whales.window}
        if whales.what == "holders":
            config |= {"large_trades": False, "holder_changes": True}
        if whales.net_min is not None:
            config["holders_net_min" if whales.what == "holders" else "trades_net_min"] = plain(
                whales.net_min
            )
        node = self._add("whales", "whale_activity", config, behind)
        ports = (whales.what,) if whales.what in ("buying", "selling") else ("buying", "selling")
        self._go_on([(node, port) for port in ports])
        self.condition = None
        self.notes.extend(whales.notes)

    def _beside(self) -> list[End]:
        """Where a condition begins: where the last one did, unless it follows that one directly."""
        if not self.apart:
            return self.markets()
        if self.stem is not None:
            self._go_on(self.stem)
        self.stem = self.markets()
        self.apart = False
        return self.stem

    def branch(self, holds: bool) -> None:
        if self.condition is None:
            raise CannotDraw(NO_CONDITION)
        self._go_on([(self.condition, "true" if holds else "false")])

    def watch(self) -> None:
        self._go_on([(self._add("watch", "add_to_watchlist", {}, self.markets()), "out")])

    def unwatch(self) -> None:
        if not self.begun:
            self.monitor(None)
        self._go_on([(self._add("unwatch", "remove_from_watchlist", {}, self.markets()), "out")])

    def buy(self, buy: Buy, guarded: bool) -> None:
        behind = self.markets()
        if guarded:
            held = self._add("held", "position_held", {}, behind, title="Held already?")
            behind = [(held, "false")]
        config: dict[str, Any] = {"outcome": buy.outcome}
        for name, value in (
            ("amount", buy.amount),
            ("amount_percent", buy.percent),
            ("slippage_max", buy.slippage),
            ("limit_price", buy.limit_price),
        ):
            if value is not None:
                config[name] = plain(value)
        if buy.limit_price is not None:
            config["order_type"] = "limit"
        self.purchase = self._add("buy", "execute_trade", config, behind, version=2)
        self._go_on([(self.purchase, "filled")])
        self.notes.extend(buy.notes)

    def exit_rule(self, kind: str, ratio: Decimal) -> None:
        trades = self.board.of_type("execute_trade")
        chosen = self.purchase or (trades[0].id if len(trades) == 1 else None)
        if chosen is None or self.board.nodes[chosen].type_version != 2:
            raise CannotDraw(NO_TRADE)
        self.board.set_config(chosen, {**self.board.nodes[chosen].config, kind: plain(ratio)})
        self.made.append(chosen)

    def after_trade(self) -> None:
        trades = self.board.of_type("execute_trade")
        chosen = self.purchase or (trades[0].id if len(trades) == 1 else None)
        if chosen is None:
            raise CannotDraw(NO_TRADE)
        self._go_on([(chosen, "filled")])

    def sell(self, sell: Sell) -> None:
        config: dict[str, Any] = {} if sell.outcome is None else {"outcome": sell.outcome}
        if sell.percent is not None:
            config |= {"part": "percent", "percent": plain(sell.percent)}
        self._go_on([(self._add("sell", "exit_position", config, self.markets()), "closed")])

    def wait(self, wait: Wait) -> None:
        config = {"minutes": wait.minutes}
        if wait.minutes % 1440 == 0:
            config = {"days": wait.minutes // 1440}
        elif wait.minutes % 60 == 0:
            config = {"hours": wait.minutes // 60}
        self._go_on([(self._add("wait", "wait", config, self._anything()), "out")], self.controls)

    def tell(self, tell: Tell) -> None:
        config = {} if tell.message is None else {"message": tell.message}
        self._go_on([(self._add("notify", "notify", config, self._anything()), "out")], self.controls)

    def take(self, take: Take) -> None:
        config = {"metric": take.metric or "volume", "order": take.order, "limit": take.limit or 1}
        title = f"First {plural(take.limit or 1, 'market')}"
        self._go_on([(self._add("top", "sort_limit", config, self.markets(), title=title), "out")])

    def mark(self, end: bool) -> None:
        if not end:
            begin = self.start()
            self.made.append(begin[0][0])
            return
        if self.tail is None:
            raise CannotDraw(NO_MARKETS)
        self._add("end", "end", {}, self.tail)
        self.stem = None

    def _anything(self) -> list[End]:
        """Where the drawing goes on; from Start when there is nothing yet."""
        if not self.begun:
            self._go_on(self.start(), controls=True)
        if self.tail is not None and self.controls:
            return self.tail
        return self.markets()

    def _go_on(self, ends: list[End], controls: bool = False) -> None:
        self.tail, self.controls = ends, controls

    def _add(
        self,
        name: str,
        type_name: str,
        config: dict[str, Any],
        behind: list[End],
        *,
        version: int = 1,
        title: str = "",
    ) -> str:
        node_id = self.board.add(name, type_name, config, behind, version=version, title=title)
        self.made.append(node_id)
        return node_id


def _bounds(conditions: Conditions | None) -> tuple[dict[str, Any], list[Rule]]:
    """What the venue can be asked for, and the rules that must be checked behind it."""
    if conditions is None:
        return {}, []
    if conditions.match == "any":
        return {}, list(conditions.rules)
    search: dict[str, Any] = {}
    rules: list[Rule] = []
    for rule in conditions.rules:
        field_name = BOUNDS.get((str(rule.get("metric")), str(rule.get("op"))))
        if field_name is None or field_name in search or Decimal(rule["value"]) < 0:
            rules.append(rule)
            continue
        search[field_name] = rule["value"]
        if rule["op"] in (">", "<"):
            rules.append(rule)
    return search, rules


def _rules(rules: tuple[Rule, ...], match: str) -> dict[str, Any]:
    return {"conditions": list(rules)} if match == "all" else {"match": match, "conditions": list(rules)}


def _judging(conditions: Conditions, role: Role) -> dict[str, Any]:
    if role not in ("unless", "skip"):
        return _rules(conditions.rules, conditions.match)
    if len(conditions.rules) == 1:
        return {"conditions": [{"not": conditions.rules[0]}]}
    return {"conditions": [{"not": {conditions.match: list(conditions.rules)}}]}
