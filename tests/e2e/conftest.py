"""The whole product and a real browser, once for all tests of this folder; a person of their own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.chromium import ARGUMENTS, find_chromium
from tests.e2e.person import FIRST_SIGHT, Person
from tests.product import ROOT, Product, running_product

FOLDER = Path(__file__).parent
SECONDS_MAX = 600
"""The first test of all waits for the product's start, and on a fresh machine for a browser from the lock file."""

# A deadline, not a wait: a whole engine, a browser and the other tests share the machine.
expect.set_options(timeout=FIRST_SIGHT)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.timeout(SECONDS_MAX))


# Of this package only: a product left running would take its share of the machine from every test after it.
@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    if not (ROOT / "web" / "dist" / "index.html").is_file():
        pytest.skip("the web UI is not built: make web")
    async with running_product(tmp_path_factory.mktemp("e2e") / "data") as running:
        yield running


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = find_chromium()
        running = await playwright.chromium.launch(
            executable_path=chromium.path, args=list(ARGUMENTS), env=chromium.environment or None
        )
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def person(product: Product, browser: Browser) -> AsyncIterator[Person]:
    someone = Person(product, browser)
    yield someone
    await someone.leave()
    assert someone.faults == []
