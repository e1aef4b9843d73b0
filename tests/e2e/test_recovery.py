"""The API goes away and comes back while a page is open."""

import re

from playwright.async_api import Route, expect

from tests.e2e.person import FIRST_SIGHT, Person, shoot
from tests.e2e.start_strategy import start_strategy

EVERY_ANSWER = re.compile(r"/api/")


async def test_the_page_says_offline_and_recovers_by_itself_without_a_lost_execution(person: Person) -> None:
    page = await person.sit_down()
    await start_strategy(page, "Watchlist Builder", "Kept", seconds=2)
    rows = page.get_by_role("list", name="Executions, newest first").locator("> li")
    await expect(rows.nth(1)).to_be_visible(timeout=FIRST_SIGHT * 2)
    await page.evaluate("window.notReloaded = true")

    async def refuse(route: Route) -> None:
        await route.abort("connectionrefused")

    # The crash ends the open stream; the route keeps the restarted API out of reach for as long as the test wants.
    await page.route(EVERY_ANSWER, refuse)
    await person.product.kill("api")
    ribbon = page.get_by_text(re.compile("^Offline — showing data from"))
    await expect(ribbon).to_be_visible(timeout=FIRST_SIGHT)
    await expect(page.get_by_role("button", name="System health: Offline")).to_be_visible()
    await expect(rows.first).to_be_visible()
    await shoot(page, "offline-wide-light")

    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_text("Kept did not pause: no connection")).to_be_visible()

    seen = int((await rows.first.inner_text()).split()[0].removeprefix("#"))
    await page.unroute(EVERY_ANSWER, refuse)
    await expect(ribbon).to_be_hidden(timeout=60_000)
    await expect(page.get_by_text(f"#{seen + 2}", exact=True)).to_be_visible(timeout=FIRST_SIGHT)
    await expect(page.get_by_text(f"#{seen + 1}", exact=True)).to_be_visible()
    assert await page.evaluate("window.notReloaded") is True
