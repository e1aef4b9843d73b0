"""Settings that only some parts may know."""

from collections.abc import Mapping

COPILOT_KEY = "CASCADIAN_COPILOT_API_KEY"
SECRETS = ("CASCADIAN_DATABASE_URL", "CASCADIAN_TEMPORAL_API_KEY", COPILOT_KEY)


def without_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """For parts that have no business with the database, with Temporal or with models."""
    return {name: value for name, value in env.items() if name not in SECRETS}
