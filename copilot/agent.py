"""The agent: a model with our instructions and tools, whose every answer is checked by us. Loads pydantic-ai."""

import json
from typing import Any

from pydantic_ai import Agent, ModelRetry
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.output import ToolOutput
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import UsageLimits

from copilot.instructions import INSTRUCTIONS
from copilot.model_choice import ModelChoice, ModelLimits
from copilot.tools import Desk, Run, check_graph, dry_run, find_markets, node_types, problems_of, told
from copilot.written_draft import WrittenDraft
from domain.graph.problem import GraphProblem

OUTPUT_TOOL = "give_draft"
SDK_RETRIES = 1


def connect_model(choice: ModelChoice) -> Model:
    """To be used as an async context manager, which closes its connections."""
    key = choice.api_key.get_secret_value()
    if choice.provider == "anthropic":
        return AnthropicModel(choice.model, provider=AnthropicProvider(api_key=key, base_url=choice.base_url))
    if choice.base_url is None:
        return OpenAIChatModel(choice.model, provider=OpenAIProvider(api_key=key))
    compatible = OpenAICompatibleProvider("configured", base_url=choice.base_url, api_key=key)
    return OpenAIChatModel(choice.model, provider=compatible)


def standing_in_the_way(problems: tuple[GraphProblem, ...]) -> tuple[GraphProblem, ...]:
    """Errors; a warning may stay."""
    return tuple(problem for problem in problems if problem.severity == "error")


def build_agent(model: Model, limits: ModelLimits) -> Agent[Desk, WrittenDraft]:
    agent: Agent[Desk, WrittenDraft] = Agent(
        model,
        name="copilot",
        deps_type=Desk,
        output_type=ToolOutput(WrittenDraft, name=OUTPUT_TOOL, description="Gives the finished draft."),
        instructions=INSTRUCTIONS,
        tools=[node_types, check_graph, find_markets, dry_run],
        retries={"tools": limits.repairs, "output": limits.repairs},
        model_settings=ModelSettings(
            max_tokens=limits.answer_tokens, timeout=limits.seconds, max_retries=SDK_RETRIES
        ),
    )

    @agent.output_validator
    async def without_faults(run: Run, draft: WrittenDraft) -> WrittenDraft:
        faults = standing_in_the_way(await problems_of(run.deps, draft.graph.model_dump(mode="json")))
        run.deps.problems = faults
        if faults:
            raise ModelRetry(f"The graph cannot run. Repair all of it: {json.dumps(told(faults))}")
        return draft

    return agent


def usage_limits(limits: ModelLimits) -> UsageLimits:
    return UsageLimits(
        request_limit=limits.requests,
        tool_calls_limit=limits.tool_calls,
        total_tokens_limit=limits.tokens,
    )


def prompt_of(desk: Desk) -> str:
    """The wish as one JSON object, so that the person's words stay one value of it."""
    wish = desk.wish
    said: dict[str, Any] = {
        "request": wish.text,
        "graph": wish.graph.model_dump(mode="json", exclude_none=True) if wish.graph is not None else None,
        "settings": wish.settings.model_dump(mode="json"),
        "shortest_interval_seconds": wish.least_interval_seconds,
    }
    return json.dumps(said, ensure_ascii=False)
