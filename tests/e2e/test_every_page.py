"""Every page in light and dark, wide and on a phone: no accessibility fault, nothing wider than the window."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.person import FIRST_SIGHT, PHONE, WIDE, Person, Scheme, accessibility_faults, overflow, shoot
from tests.e2e.start_strategy import start_strategy

SECTIONS = (
    "",
    "?tab=watchlist",
    "?tab=positions",
    "?tab=orders",
    "?tab=trades",
    "?tab=graph",
    "?tab=activity",
    "?tab=settings",
    "/versions",
    "/graph",
)


async def look_at(page: Page, name: str, *, phone: bool) -> list[str]:
    """Faults of the page that is open, named by it."""
    await expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=FIRST_SIGHT)
    await expect(page.get_by_role("status", name=re.compile("^Loading"))).to_have_count(0)
    await shoot(page, name)
    faults = [f"{name}: {fault}" for fault in await accessibility_faults(page)]
    if phone and (wider := await overflow(page)) > 0:
        faults.append(f"{name}: {wider} px wider than the window")
    return faults


ALSO_IN_SOAK = pytest.mark.soak
"""A phone in the dark is the hardest; the others are seen in the long run."""


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (PHONE, "dark"),
        pytest.param(WIDE, "light", marks=ALSO_IN_SOAK),
        pytest.param(PHONE, "light", marks=ALSO_IN_SOAK),
        pytest.param(WIDE, "dark", marks=ALSO_IN_SOAK),
    ],
)
async def test_no_page_has_an_accessibility_fault_or_overflows_a_phone(
    person: Person, width: int, scheme: Scheme
) -> None:
    page = await person.sit_down(width=width, scheme=scheme)
    phone, size = width == PHONE, "phone" if width == PHONE else "wide"
    faults = await look_at(page, f"empty-{size}-{scheme}", phone=phone)
    await start_strategy(
        page, "Politics Momentum Bot", "A strategy with quite a long name for a phone", seconds=3
    )
    await expect(page.get_by_role("list", name="Executions, newest first")).to_be_visible(timeout=FIRST_SIGHT)
    strategy = page.url
    paths = [
        "/strategies",
        "/strategies/new",
        "/strategies/new?template=politics-momentum-bot",
        "/strategies/new/graph",
        "/strategies/nothing-here",
        "/capital",
        "/positions",
        "/strategies/nothing-here/versions",
    ]
    for address in [person.product.url + path for path in paths] + [
        strategy + section for section in SECTIONS
    ]:
        await page.goto(address)
        path = address.removeprefix(person.product.url).replace(strategy.rsplit("/", 1)[1], "strategy")
        place = re.sub(r"[^a-z]+", "-", path.removeprefix("/strategies/"))
        faults += await look_at(page, f"page-{place.strip('-')}-{size}-{scheme}", phone=phone)
    await page.get_by_role("link", name="My Strategies").first.click()
    assert faults == []


async def test_an_unknown_strategy_is_a_page_of_its_own(person: Person) -> None:
    page = await person.sit_down()
    await page.goto(f"{person.product.url}/strategies/7f1c6a52-0000-4000-8000-000000000000")
    await expect(page.get_by_role("heading", name="There is no such strategy")).to_be_visible()
    await page.get_by_role("link", name="To My Strategies", exact=True).click()
    await expect(page).to_have_url(f"{person.product.url}/strategies")


async def test_everything_is_reached_by_keyboard(person: Person) -> None:
    page = await person.sit_down()
    await page.goto(f"{person.product.url}/strategies")
    await expect(page.get_by_role("link", name="Use template Watchlist Builder")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    reached = []
    for _ in range(40):
        await page.keyboard.press("Tab")
        name = await page.evaluate(
            "document.activeElement.ariaLabel || document.activeElement.innerText || ''"
        )
        if name in reached:
            break
        reached.append(name)
        assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", name
        if name == "Use template Watchlist Builder":
            break
    assert {"My Strategies", "Colour scheme", "Use template Watchlist Builder"} <= set(reached)
    await page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Name", exact=True)
    await name.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Watchlist Builder", timeout=FIRST_SIGHT)
    await expect(page.get_by_role("list", name="Executions, newest first")).to_be_visible(timeout=FIRST_SIGHT)
    await page.get_by_role("tab", name="Execution log").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name=re.compile("^Watchlist"))).to_be_focused()
    await page.get_by_role("button", name="Stop", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_the_colour_scheme_is_chosen_and_kept(person: Person) -> None:
    page = await person.sit_down(scheme="light")
    root = page.locator("html")
    await expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    await page.get_by_role("button", name="Colour scheme").click()
    await page.get_by_role("menuitem", name="Dark").click()
    await expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    await page.reload()
    await expect(root).to_have_attribute("data-mantine-color-scheme", "dark")


async def test_health_names_every_part_and_links_to_the_workflow_engine(person: Person) -> None:
    page = await person.sit_down()
    await page.get_by_role("button", name="System health").click()
    popover = page.get_by_role("dialog", name="System health")
    for part in ("Database", "Workflow engine", "Worker", "Market data"):
        await expect(popover.get_by_text(part).first).to_be_visible()
    await expect(popover.get_by_role("link", name="Open the Temporal Web UI")).to_have_attribute(
        "href", re.compile("^http")
    )
    await shoot(page, "health-wide-light")
