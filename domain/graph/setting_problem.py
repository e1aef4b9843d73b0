"""Settings that do not fit their model, one plain sentence for each."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.graph.problem import GraphProblem
from domain.graph.words import bounded, quoted

PROBLEMS_MAX = 50
_RULE_TAGS = frozenset({"comparison", "all", "any", "not"})

SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda given: "is missing; fill it in",
    "string_type": lambda given: "must be text",
    "string_too_long": lambda given: f"must have at most {given['max_length']} characters",
    "string_too_short": lambda given: f"must have at least {given['min_length']} characters",
    "string_pattern_mismatch": lambda given: "has characters that are not allowed here",
    "int_type": lambda given: "must be a whole number",
    "int_parsing": lambda given: "must be a whole number",
    "int_from_float": lambda given: "must be a whole number",
    "float_type": lambda given: "must be a number",
    "float_parsing": lambda given: "must be a number",
    "greater_than_equal": lambda given: f"must be at least {given['ge']}",
    "less_than_equal": lambda given: f"must be at most {given['le']}",
    "literal_error": lambda given: f"must be {given['expected']}",
    "too_short": lambda given: f"needs at least {given['min_length']} entries",
    "too_long": lambda given: f"may have at most {given['max_length']} entries",
    "tuple_type": lambda given: "must be a list",
    "dict_type": lambda given: "must be an object",
    "model_type": lambda given: "must be an object",
    "model_attributes_type": lambda given: "must be an object",
    "recursion_loop": lambda given: "nests too deep; make it flatter",
}


def setting_path(location: tuple[int | str, ...]) -> str:
    """`conditions[0].value`: the way through the settings, without the names of union members."""
    path = ""
    tag_may_follow = False
    for part in location:
        if tag_may_follow and part in _RULE_TAGS:
            tag_may_follow = False
            continue
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{bounded(part, 60)}" if path else bounded(part, 60)
        tag_may_follow = isinstance(part, int) or part == "not"
    return path


def setting_sentence(error: ErrorDetails, known: tuple[str, ...] = ()) -> str:
    """What is wrong, to be put behind the setting's name."""
    if error["type"] == "extra_forbidden":
        name = str(error["loc"][-1])
        close = get_close_matches(name, known, n=1)
        return (
            f"is not known here; did you mean {quoted(close[0])}?"
            if close
            else "is not known here; remove it"
        )
    make = SENTENCES.get(error["type"])
    if make is not None:
        return make(error.get("ctx", {}))
    said = error["msg"]
    return said[:1].lower() + said[1:]


def error_details(error: ValidationError) -> list[ErrorDetails]:
    """The first errors. A list that counts as too short only because its members are wrong is not told twice."""
    details = error.errors(include_url=False, include_input=False)
    within = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    told = [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in within]
    return told[:PROBLEMS_MAX]


def setting_problems(
    error: ValidationError, model: type[BaseModel], subject: str, node_id: str | None = None
) -> tuple[GraphProblem, ...]:
    """One GraphProblem with code bad_config for each setting at fault. `subject` begins the sentences."""
    problems = []
    known = tuple(model.model_fields)
    for detail in error_details(error):
        field = setting_path(detail["loc"])
        said = setting_sentence(detail, known if len(detail["loc"]) == 1 else ())
        named = f"setting {quoted(field)} {said}" if field else said
        problems.append(
            GraphProblem(
                node_id=node_id,
                field=field or None,
                code="bad_config",
                message=ended(f"{subject}: {named}"),
            )
        )
    return tuple(problems)


def ended(sentence: str) -> str:
    return sentence if sentence.endswith(("?", ".")) else f"{sentence}."
