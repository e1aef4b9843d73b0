"""No container engine is needed: the schema, and that everything named in one place exists in the other."""

import os
import re
import stat
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from compose_spec import PyCompose

from config.settings import MarketSource, Settings
from launcher.temporal_server import DYNAMIC_CONFIG, SEARCH_ATTRIBUTES
from tests.launcher.conftest import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ENV_EXAMPLE = (ROOT / ".env.example").read_text()
ONLY_COMPOSE = {"CASCADIAN_WORKERS", "CASCADIAN_OUTSIDE_SUBNET"}
READ_BY_UVICORN = {"FORWARDED_ALLOW_IPS"}


def tree() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE)
    return loaded


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tree()["services"]
    return found


def interpolated() -> dict[str, Any]:
    """As compose sees it with the example's defaults."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", COMPOSE)
    loaded: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{\w+:\?[^}]*\}", "filled-in", text))
    return loaded


def test_the_file_obeys_the_compose_schema() -> None:
    # Anchors and merges are resolved first: the schema's reader takes none.
    PyCompose.from_yaml(yaml.safe_dump(interpolated()))


def test_the_schema_check_notices_a_mistake() -> None:
    broken = interpolated()
    broken["services"]["api"]["helthcheck"] = {}
    with pytest.raises(Exception, match="helthcheck"):
        PyCompose.from_yaml(yaml.safe_dump(broken))


def test_it_has_every_part_of_a_server_installation() -> None:
    assert {"postgres", "temporal", "temporal-ui", "migrate", "worker", "api"} <= set(services())
    assert services()["worker"]["deploy"]["replicas"] == "${CASCADIAN_WORKERS:-2}"


def test_dependencies_exist_and_wait_for_something_that_can_come_true() -> None:
    for name, service in services().items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services(), f"{name} waits for {needed}"
            other = services()[needed]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in other, f"{name} waits for the health of {needed}"
            else:
                assert how["condition"] == "service_completed_successfully"
                assert str(other["restart"]).startswith("on-failure"), f"{needed} would never complete"


def test_long_running_parts_come_back_and_say_how_they_are() -> None:
    for name, service in services().items():
        if not str(service["restart"]).startswith("on-failure"):
            assert service["restart"] == "unless-stopped"
            assert "healthcheck" in service or name == "temporal-ui"
        assert service["logging"]["options"]["max-size"]


def test_networks_and_volumes_are_declared() -> None:
    for service in services().values():
        assert set(service["networks"]) <= set(tree()["networks"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in tree()["volumes"]
    assert tree()["networks"]["backend"] == {"internal": True}
    assert services()["postgres"]["networks"] == ["backend"]
    assert services()["temporal"]["networks"] == ["backend"]


def test_ports_are_on_loopback_and_differ() -> None:
    published = [port for service in services().values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert len({port.split(":")[1] for port in published}) == len(published)
    assert services()["api"]["environment"]["CASCADIAN_PORT"] == services()["api"]["ports"][0].split(":")[2]


async def test_logins_through_the_reverse_proxy_have_the_address_of_the_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (outside,) = interpolated()["networks"]["outside"]["ipam"]["config"]
    environment = interpolated()["services"]["api"]["environment"]
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", environment["FORWARDED_ALLOW_IPS"])
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    config = uvicorn.Config(app, lifespan="off", log_config=None)
    config.load()
    gateway = str(next(ip_network(outside["subnet"]).hosts()))
    for sender, forwarded in ((gateway, "1.2.3.4, 198.51.100.7"), ("203.0.113.9", "198.51.100.7")):
        headers = [(b"x-forwarded-for", forwarded.encode())]
        scope: Any = {"type": "http", "client": (sender, 4000), "headers": headers}
        await config.loaded_app(scope, None, None)
    # What a person wrote into the header themselves stands before what the proxy adds; others are not believed at all.
    assert seen == ["198.51.100.7", "203.0.113.9"]


def test_every_setting_is_one_that_cascadian_reads() -> None:
    known = {f"CASCADIAN_{name.upper()}" for name in Settings.model_fields}
    for name in ("migrate", "worker", "api"):
        assert set(services()[name]["environment"]) <= known | READ_BY_UVICORN
    assert set(re.findall(r"^(CASCADIAN_\w+)=", ENV_EXAMPLE, re.MULTILINE)) <= known | ONLY_COMPOSE


def test_the_settings_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CASCADIAN_")]:
        monkeypatch.delenv(name)
    for name, value in services()["api"]["environment"].items():
        monkeypatch.setenv(
            name, re.sub(r"\$\{\w+:[-?]([^}]*)\}", lambda found: found[1].replace(" ", "-"), str(value))
        )
    settings = Settings()
    assert settings.database_url is not None
    assert settings.temporal_address == "temporal:7233"
    # `auto` is the launcher's to decide; the parts themselves want one source.
    assert settings.markets is not MarketSource.AUTO


def test_every_variable_comes_from_the_example_or_has_a_default() -> None:
    given = set(re.findall(r"^(\w+)=", ENV_EXAMPLE, re.MULTILINE))
    for name, kind in re.findall(r"\$\{(\w+)(:[-?])?", COMPOSE):
        assert name in given, f"{name} is not in .env.example"
        assert kind, f"{name} would silently be empty"


def test_no_secret_is_written_down() -> None:
    assert re.findall(r"^(POSTGRES_PASSWORD)=(.+)$", ENV_EXAMPLE, re.MULTILINE) == []
    for service in services().values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|PWD|SECRET|DATABASE_URL", name):
                assert ":?" in value, f"{name} has its value inline"


def test_images_are_pinned_to_a_version() -> None:
    bases = [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("FROM")]
    images = [service["image"] for service in services().values()]
    for image in bases + images:
        assert re.search(r":\d+(\.\d+)+", image), f"{image} is not pinned"
        assert image.count("/") <= 1, f"{image} names a registry"


def test_the_image_copies_what_exists_and_everything_that_runs() -> None:
    copied = []
    for line in DOCKERFILE.splitlines():
        if line.startswith("COPY") and "--from" not in line:
            copied += line.split()[1:-1]
    missing = [path for path in copied if not (ROOT / path).exists()]
    assert missing == []
    packages = {Path(init).parent.name for init in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= {path.strip("/") for path in copied}


def test_the_image_runs_as_a_user_without_rights() -> None:
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert users[-1] not in ("root", "0")
    for name in ("migrate", "worker", "api"):
        assert services()[name]["cap_drop"] == ["ALL"]
        assert services()[name]["read_only"] is True


def test_commands_name_modules_that_exist() -> None:
    for name in ("migrate", "worker", "api"):
        module = Path(*services()[name]["command"][2].split("."))
        assert any((ROOT / path).exists() for path in (module.with_suffix(".py"), module / "__main__.py")), (
            name
        )


def test_the_server_gets_the_same_search_attributes_and_settings_as_the_embedded_one() -> None:
    script = (ROOT / "deploy" / "temporal-namespace.sh").read_text()
    assert dict(re.findall(r"\b(\w+)=(Keyword|Text)\b", script)) == dict(SEARCH_ATTRIBUTES)
    configured = yaml.safe_load((ROOT / "deploy" / "temporal-dynamic-config.yaml").read_text())
    assert {key: values[0]["value"] for key, values in configured.items()} == {
        key: yaml.safe_load(value) for key, value in DYNAMIC_CONFIG.items()
    }


def test_the_scripts_it_mounts_can_be_run() -> None:
    for service in services().values():
        for word in service.get("entrypoint", []):
            if word.startswith("/deploy/"):
                script = ROOT / word.removeprefix("/")
                assert script.stat().st_mode & stat.S_IXUSR
                assert script.read_text().startswith("#!/bin/sh\n")
