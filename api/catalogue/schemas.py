"""Node types and templates, as the domain describes them."""

from typing import Any

from pydantic import BaseModel


class InputPortView(BaseModel):
    name: str
    title: str
    kind: str
    required: bool


class OutputPortView(BaseModel):
    name: str
    title: str
    kind: str
    description: str


class NodeTypeView(BaseModel):
    type: str
    version: int
    title: str
    group: str
    description: str
    effects: bool
    config_schema: dict[str, Any]
    """JSON Schema of the node's settings."""
    inputs: list[InputPortView]
    outputs: list[OutputPortView]


class NodeTypeList(BaseModel):
    items: list[NodeTypeView]


class TemplateView(BaseModel):
    id: str
    title: str
    description: str
    risk_note: str
    interval_seconds: int
    parameters: dict[str, Any]
    """JSON Schema: a form for the parameters can be made of it."""


class TemplateList(BaseModel):
    items: list[TemplateView]
