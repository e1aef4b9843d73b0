"""Words into a draft, without a model: what is understood is drawn, and all else is named. Pure; never raises."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from domain.copilot.arrange_steps import Arranged, arrange_steps, with_exit_rules
from domain.copilot.comparison_parts import Context, Said
from domain.copilot.draft import Draft, NotUnderstood, Understood
from domain.copilot.draw_steps import Drawn, Plan, draw_steps
from domain.copilot.drawing_board import DrawingBoard
from domain.copilot.judge_sentence import fault_of, left_over, whole
from domain.copilot.node_comparisons import comparisons_in
from domain.copilot.pen import CannotDraw, Pen
from domain.copilot.read_sentence import cut_sentences, read_sentence
from domain.copilot.read_tokens import read_tokens
from domain.copilot.sentence import Sentence
from domain.copilot.steps import (
    ACTIONS,
    Buy,
    Check,
    Every,
    Monitor,
    Named,
    Otherwise,
    Refused,
    Source,
    Unwatch,
    Watch,
    Whales,
)
from domain.copilot.suggest_name import suggest_name
from domain.copilot.tokens import Kind, Token
from domain.graph.graph import Graph
from domain.graph.words import plural
from domain.strategy.settings import StrategySettings

CONTINUES = "It continues what was not understood before it."
FULL = "The drawing is full."
BACK = (
    "A market that left the watchlist comes back while it meets the conditions, and may then be bought again."
)


@dataclass(slots=True)
class _Account:
    """What was made of the words so far. `lost`: something that later sentences build on was not understood."""

    pen: Pen
    understood: list[Understood] = field(default_factory=list)
    missed: list[NotUnderstood] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    name: str = ""
    interval: int | None = None
    lost: bool = False


def draft_from_text(
    text: str, base: Graph | None, settings: StrategySettings, least_interval_seconds: int = 1
) -> Draft:
    """`base` and `settings`: what the words change or add to. An interval shorter than the least one is lengthened."""
    tokens = read_tokens(text)
    sentences = _read(text, tokens, base)
    explicit = any(token.kind is Kind.ARROW for token in tokens)
    account = _Account(Pen(DrawingBoard(base)))
    for index, sentence in enumerate(sentences):
        account.assumptions.extend(f"“{remark.text}” is taken as a remark." for remark in sentence.remarks)
        unwatched = _unwatched(sentences[index:])
        _account_for(account, text, sentence, guarded=not explicit and not unwatched)
        if unwatched and any(isinstance(step, Buy) for step in sentence.steps):
            account.assumptions.extend([BACK] if _watches(sentences, account.pen) else [])
    if account.interval is not None:
        settings = _with_interval(settings, account, least_interval_seconds)
    graph = account.pen.board.graph()
    return Draft(
        graph=graph,
        settings=settings,
        name=account.name or suggest_name(graph),
        understood=tuple(_still_there(part, account.pen) for part in account.understood),
        not_understood=tuple(account.missed),
        assumptions=tuple(dict.fromkeys(account.assumptions)),
    )


def _read(text: str, tokens: list[Token], base: Graph | None) -> list[Sentence]:
    """Each sentence knows the thresholds that those before it said."""
    prior: dict[str, Said] = {}
    for node in base.nodes if base is not None else ():
        for placed in comparisons_in(node):
            about = "momentum" if placed.metric.startswith("momentum_") else placed.metric
            prior[about] = (placed.metric, placed.op, placed.value)
    sentences = []
    for cut in cut_sentences(tokens):
        sentence = read_sentence(text, cut, Context(dict(prior)))
        sentences.append(sentence)
        if not fault_of(sentence):
            prior |= sentence.context.said
    return sentences


def _account_for(account: _Account, text: str, sentence: Sentence, *, guarded: bool) -> None:
    arranged = arrange_steps(sentence.steps)
    fault = fault_of(sentence) or arranged.fault or (FULL if account.pen.board.full else "")
    if not fault and account.lost and _continues(arranged, account.pen):
        fault = CONTINUES
    drawn: Drawn | None = None
    if not fault:
        try:
            drawn = draw_steps(account.pen, Plan(with_exit_rules(arranged.steps), guarded, account.interval))
        except CannotDraw as refusal:
            fault = str(refusal)
    if drawn is None:
        account.missed.append(whole(sentence, fault))
        account.lost = account.lost or _mattered(sentence)
        return
    account.lost = account.lost and not _begins(arranged)
    account.pen = drawn.pen
    account.name = drawn.name or account.name
    account.interval = drawn.interval if drawn.interval is not None else account.interval
    nodes = tuple(dict.fromkeys(drawn.pen.made))
    account.understood.append(Understood(sentence.fragment, nodes, tuple(drawn.settings)))
    account.missed.extend(left_over(text, sentence))
    account.assumptions.extend((*arranged.notes, *drawn.pen.notes))


def _still_there(part: Understood, pen: Pen) -> Understood:
    """Without End nodes that a later sentence took the place of."""
    return replace(part, node_ids=tuple(node_id for node_id in part.node_ids if node_id in pen.board.nodes))


def _begins(arranged: Arranged) -> bool:
    """Whether it says itself which markets it is about."""
    return any(
        isinstance(step, Monitor) or (isinstance(step, Source) and not step.mention)
        for step in arranged.steps
    )


def _continues(arranged: Arranged, pen: Pen) -> bool:
    branches = pen.stem is not None and any(
        isinstance(step, Whales) or (isinstance(step, Check) and step.role in ("if", "unless"))
        for step in arranged.steps
    )
    only_settings = all(isinstance(step, Every | Named) for step in arranged.steps)
    return not (_begins(arranged) or branches or only_settings)


def _mattered(sentence: Sentence) -> bool:
    """Whether what comes behind may have built on it."""
    if sentence.open_condition or sentence.negation:
        return True
    return any(
        isinstance(step, (*ACTIONS, Check, Whales, Source, Monitor, Refused)) for step in sentence.steps
    )


def _unwatched(sentences: Sequence[Sentence]) -> bool:
    """Whether a purchase in the first of these sentences is followed by taking the market off the watchlist."""
    bought = False
    for index, sentence in enumerate(sentences):
        for step in sentence.steps:
            if index and (isinstance(step, Monitor) or (isinstance(step, Source) and not step.mention)):
                return False
            if bought and (isinstance(step, Otherwise) or (isinstance(step, Check) and step.role != "plain")):
                return False
            bought = bought or isinstance(step, Buy)
            if bought and isinstance(step, Unwatch):
                return True
    return False


def _watches(sentences: Sequence[Sentence], pen: Pen) -> bool:
    adding = any(node.type == "add_to_watchlist" for node in pen.board.nodes.values())
    return adding or any(isinstance(step, Watch) for sentence in sentences for step in sentence.steps)


def _with_interval(settings: StrategySettings, account: _Account, least: int) -> StrategySettings:
    seconds = account.interval if account.interval is not None else settings.interval_seconds
    if seconds < least:
        account.assumptions.append(
            f"The shortest interval here is {plural(least, 'second')}; it is set to that."
        )
        seconds = least
    return settings.model_copy(update={"interval_seconds": seconds})
