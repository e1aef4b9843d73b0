"""Machines without a browser get one from the lock file."""

from playwright.async_api import async_playwright

from tests.e2e.chromium import ARGUMENTS, unpacked_chromium


async def test_the_packaged_browser_starts_where_the_machine_has_none() -> None:
    chromium = unpacked_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.path, args=list(ARGUMENTS), env=chromium.environment
        )
        page = await browser.new_page()
        await page.set_content("<title>here</title>")
        assert await page.title() == "here"
        await browser.close()
