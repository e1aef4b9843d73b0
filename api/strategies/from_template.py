"""The graph a template draws for the chosen parameters."""

from api.problem import ApiProblem, ProblemItem
from api.strategies.drawn_graph import DrawnGraph, graph_json
from api.strategies.schemas import TemplateChoice
from domain.templates.catalogue import TEMPLATES

SECONDS_PER_MINUTE = 60


def from_template(choice: TemplateChoice) -> DrawnGraph:
    """Raises ApiProblem 422 for an unknown template, and with one item per parameter that does not fit."""
    template = TEMPLATES.get(choice.id)
    if template is None:
        known = ", ".join(TEMPLATES)
        raise _refused(
            "template.id", "unknown_template", f"There is no template “{choice.id}”; there are: {known}."
        )
    parameters = template.parse(choice.parameters)
    if isinstance(parameters, tuple):
        items = [
            ProblemItem(
                field=".".join(part for part in ("template.parameters", problem.field) if part),
                code=problem.code,
                message=problem.message,
            )
            for problem in parameters
        ]
        raise ApiProblem(422, "invalid_request", items[0].message, errors=items)
    return DrawnGraph(
        graph=graph_json(template.build(parameters)),
        template_id=template.id,
        parameters=parameters.model_dump(mode="json"),
        interval_seconds=template.interval_minutes * SECONDS_PER_MINUTE,
        watchlist=template.watchlist,
    )


def _refused(field: str, code: str, message: str) -> ApiProblem:
    return ApiProblem(
        422, "invalid_request", message, errors=[ProblemItem(field=field, code=code, message=message)]
    )
