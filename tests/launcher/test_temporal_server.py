import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from launcher.process_identity import identity_of
from launcher.temporal_server import DYNAMIC_CONFIG, SEARCH_ATTRIBUTES, EmbeddedTemporal
from tests.eventually import eventually
from tests.launcher.conftest import listening_addresses


@pytest.fixture
async def temporal(tmp_path: Path) -> AsyncIterator[EmbeddedTemporal]:
    server = EmbeddedTemporal(tmp_path / "temporal")
    await server.start()
    yield server
    await server.stop()


async def serves(url: str) -> bool:
    try:
        async with httpx.AsyncClient(timeout=20) as http:
            return (await http.get(url)).status_code == 200
    except httpx.TransportError:
        return False


async def test_it_starts_with_its_web_ui_and_stops_clean(tmp_path: Path) -> None:
    server = EmbeddedTemporal(tmp_path / "temporal")
    await server.start()
    pid = server.pid
    assert pid is not None
    assert await server.probe()
    assert server.ui_url is not None
    await eventually(lambda: serves(str(server.ui_url)))
    await server.stop()
    assert identity_of(pid) is None
    assert not await server.probe()


async def test_it_knows_our_search_attributes(temporal: EmbeddedTemporal) -> None:
    client = await Client.connect(temporal.address)
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="default")
    )
    known = {
        name: IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").title().replace("_", "")
        for name, kind in listed.custom_attributes.items()
    }
    assert {name: known.get(name) for name in SEARCH_ATTRIBUTES} == dict(SEARCH_ATTRIBUTES)


async def test_workflows_are_on_disk_and_survive_kill_9(temporal: EmbeddedTemporal) -> None:
    client = await Client.connect(temporal.address)
    workflow_id = f"strategy-{uuid4()}"
    key = SearchAttributeKey.for_keyword("StrategyStatus")
    await client.start_workflow(
        "StrategyWorkflow",
        id=workflow_id,
        task_queue=str(uuid4()),
        search_attributes=TypedSearchAttributes([SearchAttributePair(key, "running")]),
    )
    assert temporal.database.exists()
    before = temporal.pid
    await temporal.kill()
    assert not await temporal.probe()
    await temporal.start()
    assert temporal.pid != before
    again = await Client.connect(temporal.address)
    described = await again.get_workflow_handle(workflow_id).describe()
    assert described.typed_search_attributes.get(key) == "running"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_it_listens_on_loopback_only_and_its_http_api_refuses_everybody(
    temporal: EmbeddedTemporal,
) -> None:
    assert temporal.pid is not None
    own = listening_addresses(temporal.pid)
    assert own
    assert {address.rsplit(":", 1)[0] for address in own} == {"127.0.0.1"}
    answers = {}
    async with httpx.AsyncClient(timeout=20) as http:
        for address in own:
            port = int(address.rsplit(":", 1)[1])
            if port == temporal.ui_port:
                continue
            for host in (address, f"localhost:{port}", "evil.example"):
                url = f"http://{address}/api/v1/namespaces/default/workflows"
                try:
                    answers[address, host] = (await http.get(url, headers={"Host": host})).status_code
                except httpx.HTTPError:
                    continue
    assert 403 in answers.values(), "the HTTP API was not among the ports"
    assert set(answers.values()) <= {403, 404}
    assert "frontend.httpAllowedHosts" in DYNAMIC_CONFIG


async def test_headless_has_no_web_ui(tmp_path: Path) -> None:
    server = EmbeddedTemporal(tmp_path / "temporal", headless=True)
    await server.start()
    assert server.ui_url is None
    async with httpx.AsyncClient(timeout=2) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://127.0.0.1:{server.ui_port}")
    await server.stop()


def test_the_engine_uses_exactly_the_search_attributes_that_are_registered() -> None:
    from workflows import search_attributes

    keys = [value for value in vars(search_attributes).values() if isinstance(value, SearchAttributeKey)]
    used = {key.name: key.indexed_value_type.name.title().replace("_", "") for key in keys}
    assert used == dict(SEARCH_ATTRIBUTES)
