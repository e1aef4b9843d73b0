"""The web UI's files, and the page for every path of the application."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import serving


@pytest.fixture
def built(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Cascadian</title>")
    (dist / "assets" / "index-abc123.js").write_text("export {}")
    (dist / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    return dist


async def test_every_path_of_the_application_is_the_page(parts_with: Any, built: Path) -> None:
    async with (
        serving(parts_with(web_dist=built)) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        for path in ("/", "/strategies", "/strategies/123", "/login?code=x", "/index.html"):
            answer = await http.get(path)
            assert answer.status_code == 200
            assert "<title>Cascadian</title>" in answer.text
            assert answer.headers["cache-control"] == "no-cache"
        assert (await http.head("/")).status_code == 200


async def test_hashed_files_are_kept_for_ever_and_others_are_asked_for_again(
    parts_with: Any, built: Path
) -> None:
    async with (
        serving(parts_with(web_dist=built)) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        script = await http.get("/assets/index-abc123.js")
        assert "immutable" in script.headers["cache-control"]
        assert "javascript" in script.headers["content-type"]
        assert (await http.get("/icon.svg")).headers["cache-control"] == "no-cache"
        missing = await http.get("/assets/index-old.js")
        assert missing.status_code == 404


async def test_nothing_outside_the_folder_is_served(parts_with: Any, built: Path) -> None:
    (built / "link.txt").symlink_to(built.parent / "secret.txt")
    async with (
        serving(parts_with(web_dist=built)) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        for path in (
            "/..%2fsecret.txt",
            "/%2e%2e/secret.txt",
            "/assets/..%2f..%2fsecret.txt",
            "/link.txt",
            "/%00",
        ):
            answer = await http.get(path)
            assert "secret" not in answer.text


async def test_an_address_longer_than_a_file_name_may_be_is_the_page(parts_with: Any, built: Path) -> None:
    async with (
        serving(parts_with(web_dist=built)) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as http,
    ):
        for path in ("/" + "a" * 300, "/strategies/" + "é" * 150):
            answer = await http.get(path)
            assert answer.status_code == 200
            assert "<title>Cascadian</title>" in answer.text


async def test_without_a_build_a_page_says_how_to_make_one(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/strategies")
    assert answer.status_code == 200
    assert "make web" in answer.text
