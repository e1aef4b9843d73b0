"""Starting a strategy the way a person does: template, form, button."""

import re

from playwright.async_api import Locator, Page, expect

from tests.e2e.person import FIRST_SIGHT

STRATEGY_URL = re.compile(r"/strategies/[0-9a-f-]{36}$")


def badge(page: Page) -> Locator:
    """The status of the strategy whose page is open."""
    return page.locator("[data-status]")


async def start_strategy(
    page: Page, template: str, name: str, *, seconds: int, settings: dict[str, str] | None = None
) -> None:
    """From anywhere, to the page of the running strategy."""
    await page.goto(re.sub(r"(https?://[^/]+).*", r"\1/strategies/new", page.url))
    await page.get_by_role("link", name=f"Use template {template}").click()
    await page.get_by_role("textbox", name="Name", exact=True).fill(name)
    await page.get_by_label("Execution interval").fill(str(seconds))
    await page.get_by_label("Unit of the interval").select_option(label="seconds")
    for label, value in (settings or {}).items():
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_role("button", name="Start Strategy").click()
    await expect(page).to_have_url(STRATEGY_URL, timeout=FIRST_SIGHT)
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    await expect(badge(page)).to_have_text("Running", timeout=FIRST_SIGHT)
