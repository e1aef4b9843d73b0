"""A model that writes drafts. pydantic-ai is loaded with the first draft: it takes seconds that nobody else should wait."""

import asyncio
from typing import TYPE_CHECKING

from copilot.model_choice import ModelChoice, ModelLimits
from copilot.ports import Workbench
from copilot.written_draft import ModelAnswer, Wish

if TYPE_CHECKING:
    from copilot.ask_model import AskModel


class DraftModel:
    """Safe for any number of drafts at once; keeps nothing between them."""

    def __init__(self, choice: ModelChoice, limits: ModelLimits | None = None) -> None:
        self.choice = choice
        self.limits = limits or ModelLimits()

    async def draft(self, wish: Wish, workbench: Workbench) -> ModelAnswer:
        """Raises ModelUnavailable, and its kind ModelRefused."""
        ask = await asyncio.to_thread(_load)
        return await ask(self.choice, self.limits, wish, workbench)


def _load() -> "AskModel":
    from copilot.ask_model import ask_model

    return ask_model
