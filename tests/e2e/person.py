"""A person with an account of their own, in front of a browser."""

import asyncio
import re
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.product import ROOT, Product

Scheme = Literal["light", "dark"]
SHOTS = ROOT / "test-artifacts" / "e2e"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = 360
WIDE = 1360
FIRST_SIGHT = 20_000
"""Milliseconds for what needs the engine: several parts on a busy machine."""


class Person:
    """Several tests share one product; each has its own person, so that nobody sees another's strategies."""

    def __init__(self, product: Product, browser: Browser) -> None:
        self.product = product
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._session: Any = None
        self.faults: list[str] = []
        """What the page itself complained about: errors of scripts, and of the content security policy."""

    async def login_link(self) -> str:
        """A new account's one-time link."""
        said = await self.product.command("user", "add", f"e2e-{uuid4().hex[:12]}@example.org")
        found = re.search(r"https?://\S+/login\?code=\S+", said)
        assert found is not None, said
        return found.group()

    async def sit_down(self, *, width: int = WIDE, scheme: Scheme = "light", logged_in: bool = True) -> Page:
        """A new window, logged in by the link unless asked otherwise."""
        if logged_in and self._session is None:
            first = await self._window(width, scheme)
            await first.goto(await self.login_link())
            await expect(first).to_have_url(f"{self.product.url}/strategies", timeout=FIRST_SIGHT)
            self._session = await first.context.storage_state()
            return first
        return await self._window(width, scheme, self._session if logged_in else None)

    async def _window(self, width: int, scheme: Scheme, session: Any = None) -> Page:
        height = 780 if width <= PHONE else 900
        context = await self._browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, storage_state=session
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._heard)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        # An answer such as 404 is printed by the browser itself; pages show it, and tests look there.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    async def leave(self) -> None:
        """Closes the browser and ends what still runs: strategies of earlier tests must not slow down later ones."""
        for context in self._contexts:
            await context.close()
        await self.product.query(
            "UPDATE strategies SET desired_state = 'stopped' WHERE desired_state IN ('running', 'paused')"
        )


async def shoot(page: Page, name: str) -> None:
    """A picture to look at, in test-artifacts/e2e."""
    await asyncio.to_thread(SHOTS.mkdir, parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"{name}.png", animations="disabled")


async def accessibility_faults(page: Page) -> list[str]:
    """What axe finds wrong: rule, severity and the elements."""
    # Evaluated by the debugger rather than as a script element: the page's own policy stays in force.
    await page.evaluate(await asyncio.to_thread(Path.read_text, AXE))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']} ({fault['impact']}): {[node['target'] for node in fault['nodes']][:4]}"
        for fault in found["violations"]
    ]


async def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    wider: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider
