"""What strategies can be made of."""

from fastapi import APIRouter

from api.catalogue.schemas import NodeTypeList, NodeTypeView, TemplateList, TemplateView
from api.dependencies import CurrentUser
from domain.graph.nodes import catalogue as node_types
from domain.templates import catalogue as templates

router = APIRouter(tags=["catalogue"])
SECONDS_PER_MINUTE = 60


@router.get("/node-types")
async def list_node_types(user: CurrentUser) -> NodeTypeList:
    return NodeTypeList(items=[NodeTypeView.model_validate(entry) for entry in node_types.describe()])


@router.get("/templates")
async def list_templates(user: CurrentUser) -> TemplateList:
    """In the order in which they are offered."""
    return TemplateList(
        items=[
            TemplateView(
                id=template.id,
                title=template.title,
                description=template.description,
                risk_note=template.risk_note,
                interval_seconds=template.interval_minutes * SECONDS_PER_MINUTE,
                parameters=template.parameters.model_json_schema(),
            )
            for template in templates.ALL
        ]
    )
