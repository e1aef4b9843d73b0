"""Which model writes drafts is a setting; pydantic-ai costs nothing while there is none, and the key is never shown."""

import subprocess
import sys
from pathlib import Path

import pytest

from api.__main__ import copilot_of
from config.logging import HIDDEN, hide_secrets
from config.settings import Settings
from launcher.parts import worker_environment
from launcher.secret_settings import COPILOT_KEY, without_secrets

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk-very-secret"
NAMES = ("PROVIDER", "MODEL", "API_KEY", "BASE_URL")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"CASCADIAN_COPILOT_{name}", raising=False)


def _set(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in given.items():
        monkeypatch.setenv(f"CASCADIAN_COPILOT_{name}", value)
    return Settings()


def test_the_api_is_loaded_without_the_libraries_of_a_model() -> None:
    program = "import sys, api.__main__; print([m for m in ('pydantic_ai', 'openai', 'anthropic') if m in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=100
    )
    assert ran.stdout.strip() == "[]"


def test_without_settings_and_with_empty_ones_there_is_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert copilot_of(Settings()) is None
    assert copilot_of(_set(monkeypatch, PROVIDER="", MODEL="", API_KEY="", BASE_URL="")) is None


def test_a_whole_configuration_is_a_model_and_its_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _set(
        monkeypatch, PROVIDER="anthropic", MODEL="some-model", API_KEY=KEY, BASE_URL="http://127.0.0.1:1"
    )
    model = copilot_of(settings)
    assert model is not None
    assert (model.choice.provider, model.choice.model) == ("anthropic", "some-model")
    assert model.choice.base_url == "http://127.0.0.1:1"
    assert KEY not in repr(settings) + repr(model.choice)
    logged = hide_secrets(None, "info", {"copilot_api_key": KEY, "authorization": f"Bearer {KEY}"})
    assert set(logged.values()) == {HIDDEN}


@pytest.mark.parametrize(
    "given", [{"PROVIDER": "openai"}, {"API_KEY": KEY}, {"MODEL": "m", "PROVIDER": "openai"}]
)
def test_half_a_configuration_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    with pytest.raises(SystemExit, match="CASCADIAN_COPILOT_MODEL"):
        copilot_of(_set(monkeypatch, **given))


def test_only_the_api_is_given_the_key(tmp_path: Path) -> None:
    env = {COPILOT_KEY: KEY, "OTHER": "1"}
    assert without_secrets(env) == {"OTHER": "1"}
    assert COPILOT_KEY not in worker_environment(env, tmp_path / "ready")
