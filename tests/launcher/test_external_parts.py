"""A database or a Temporal server of one's own that does not answer is named, and nothing secret with it."""

import pytest
from pydantic import SecretStr

from config.settings import Settings
from launcher.errors import LauncherError
from launcher.external_parts import await_external_parts
from launcher.free_port import choose_port


async def test_a_named_database_that_does_not_answer_is_said_without_its_password() -> None:
    settings = Settings(database_url=SecretStr(f"postgresql://me:pa55@127.0.0.1:{choose_port()}/cascadian"))
    with pytest.raises(
        LauncherError, match=r"The database at 127\.0\.0\.1:\d+ \(CASCADIAN_DATABASE_URL\)"
    ) as raised:
        await await_external_parts(settings, seconds_max=0)
    assert "pa55" not in str(raised.value)


async def test_a_named_temporal_that_does_not_answer_is_said() -> None:
    settings = Settings(temporal_address=f"127.0.0.1:{choose_port()}")
    with pytest.raises(LauncherError, match="CASCADIAN_TEMPORAL_ADDRESS"):
        await await_external_parts(settings, seconds_max=0)
