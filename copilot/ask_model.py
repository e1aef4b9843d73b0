"""One draft by a model, within its limits; every way in which that can fail has its sentence. Loads pydantic-ai."""

from collections.abc import Awaitable, Callable

import structlog
from pydantic_ai import UsageLimitExceeded
from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelTimeoutError,
    RunTimedOut,
    UnexpectedModelBehavior,
)

from copilot.agent import build_agent, connect_model, prompt_of, usage_limits
from copilot.errors import ModelRefused, ModelUnavailable
from copilot.model_choice import ModelChoice, ModelLimits
from copilot.ports import Workbench
from copilot.tools import Desk
from copilot.written_draft import ModelAnswer, Wish

AskModel = Callable[[ModelChoice, ModelLimits, Wish, Workbench], Awaitable[ModelAnswer]]
NO_VALID_GRAPH = "The model could not make a valid graph of these words."
TOO_MUCH = "The model did not finish within what one draft may cost."

log = structlog.get_logger(__name__)


async def ask_model(
    choice: ModelChoice, limits: ModelLimits, wish: Wish, workbench: Workbench
) -> ModelAnswer:
    """Raises ModelUnavailable, and its kind ModelRefused."""
    desk = Desk(wish, workbench)
    try:
        async with connect_model(choice) as model:
            result = await build_agent(model, limits).run(
                prompt_of(desk), deps=desk, usage_limits=usage_limits(limits), timeout=limits.seconds
            )
    except (RunTimedOut, ModelTimeoutError) as error:
        raise ModelUnavailable(f"The model took longer than {limits.seconds:.0f} seconds.") from error
    except ModelAPIError as error:
        log.warning("model_unavailable", provider=choice.provider, reason=type(error).__name__)
        raise _refusal(error) from error
    except UsageLimitExceeded:
        return ModelAnswer(None, desk.problems, TOO_MUCH)
    except UnexpectedModelBehavior:
        return ModelAnswer(None, desk.problems, NO_VALID_GRAPH)
    except AgentRunError as error:
        log.warning("model_failed", provider=choice.provider, reason=type(error).__name__)
        raise ModelUnavailable("The model broke off.") from error
    return ModelAnswer(result.output)


def _refusal(error: ModelAPIError) -> ModelUnavailable:
    """What the endpoint says is not repeated: it may hold parts of the key or of the request."""
    if isinstance(error, ModelAuthenticationError):
        return ModelRefused("The model's endpoint refused the key: check CASCADIAN_COPILOT_API_KEY.")
    if isinstance(error, ModelQuotaExceededError):
        return ModelRefused("The account of the model's key has no credit left.")
    if isinstance(error, ModelRateLimitError):
        return ModelUnavailable("The model's endpoint has too many requests; try again later.", 30)
    if isinstance(error, ModelNotFoundError):
        return ModelRefused(
            "The model's endpoint has no such model: check CASCADIAN_COPILOT_MODEL and CASCADIAN_COPILOT_BASE_URL."
        )
    if isinstance(error, ModelConnectionError):
        return ModelUnavailable("The model's endpoint cannot be reached.")
    if isinstance(error, ModelRequestRejectedError):
        return ModelRefused("The model's endpoint refused the request.")
    status = error.status_code if isinstance(error, ModelHTTPError) else None
    answered = f" (status {status})" if status is not None else ""
    return ModelUnavailable(f"The model's endpoint does not work right now{answered}.")
