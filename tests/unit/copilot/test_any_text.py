"""Any text at all: nothing raises, nothing is lost, and what comes out can be validated."""

import re
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.copilot.draft import Draft
from domain.copilot.explain_graph import explain_graph
from domain.copilot.read_tokens import read_tokens
from domain.graph.graph import Graph
from domain.graph.validate_graph import validate_graph
from tests.unit.copilot.drafts import LEAST_INTERVAL, draft
from tests.unit.copilot.test_flow_1 import EXAMPLE_5, SENTENCES

WORDS = re.split(
    " ",
    "monitor Politics Crypto markets market watchlist add them to a the remove from with where volume liquidity price momentum "
    "spread > >= < at least at most more than below between and or not if when unless otherwise then buy sell Yes No for $100 "
    "5% 30c 1h 10 minutes every hour wait notify me take top 10 by highest lowest of allocation limit order stop loss strong "
    "in the last day about “Fed” call it raise change lower set amount interval ends within left ( ) , . ; \n → ← true false end "
    "start half all these 24h ½ ٣ 1e9 -5 $ % k 0 99999999999999999999 once again skip filter only condition",
)
words = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
pieces = st.lists(
    st.sampled_from([*SENTENCES, *EXAMPLE_5.split("\n"), "Wait an hour", "Sell half", "Notify me"]),
    max_size=12,
)
texts = st.one_of(words, st.text(max_size=300), pieces.map(". ".join), pieces.map(" ".join))
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _check(text: str, made: Draft) -> None:
    fragments = [part.fragment for part in made.understood] + [part.fragment for part in made.not_understood]
    assert all(text[fragment.offset :].startswith(fragment.text) for fragment in fragments)
    assert all(missed.why for missed in made.not_understood)
    assert made.settings.interval_seconds >= LEAST_INTERVAL
    assert 0 < len(made.name) <= 80
    if made.graph is None:
        return
    known = {node.id for node in made.graph.nodes}
    assert len(known) == len(made.graph.nodes)
    assert {node_id for part in made.understood for node_id in part.node_ids} <= known
    assert all(problem.message for problem in validate_graph(made.graph))
    assert explain_graph(made.graph) is not None
    assert Graph.model_validate_json(made.graph.model_dump_json()) == made.graph


@QUICK
@given(texts)
def test_any_text_becomes_a_draft_with_named_problems_and_never_raises(text: str) -> None:
    _check(text, draft(text))


@QUICK
@given(texts)
def test_what_is_drawn_from_nothing_is_sound_but_for_settings(text: str) -> None:
    graph = draft(f"Monitor Crypto markets. {text}").graph
    assert graph is not None
    errors = {problem.code for problem in validate_graph(graph) if problem.severity == "error"}
    assert errors <= {"bad_config"}


@QUICK
@given(pieces.map("\n".join), texts)
def test_any_text_can_be_said_about_any_drawing(before: str, text: str) -> None:
    base = draft(before).graph
    made = draft(text, base)
    _check(text, made)
    if base is not None and not made.understood:
        assert made.graph == base, "what was not understood changes nothing"


@QUICK
@given(words)
def test_a_purchase_is_drawn_only_with_an_outcome_and_an_amount_above_zero(text: str) -> None:
    graph = draft(f"Monitor Crypto markets. {text}").graph
    assert graph is not None
    for node in graph.nodes:
        if node.type == "execute_trade":
            amount = node.config.get("amount") or node.config.get("amount_percent")
            assert node.config["outcome"]
            assert Decimal(str(amount)) > 0


@QUICK
@given(texts)
def test_every_character_is_in_a_token_or_blank(text: str) -> None:
    covered: set[int] = set()
    for token in read_tokens(text):
        covered.update(range(token.start, token.end))
    assert all(character.isspace() or index in covered for index, character in enumerate(text))


def test_long_texts_cost_little_and_a_full_drawing_takes_no_more() -> None:
    made = draft("Monitor Crypto markets. " + "Wait 1 minute. " * 260)
    assert made.graph is not None
    assert len(made.graph.nodes) <= 200
    assert made.not_understood[-1].why == "The drawing is full."
    for nasty in (
        "a " * 2000,
        "(" * 4000,
        "volume > " * 500,
        "not " * 1000,
        "1" * 4000,
        "$1,1" * 1000,
        "\n" * 4000,
        '"' * 4000,
    ):
        _check(nasty, draft(nasty))
