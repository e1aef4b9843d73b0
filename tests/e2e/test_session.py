"""Logging in by link, being sent there, and logging out."""

from playwright.async_api import expect

from tests.e2e.person import FIRST_SIGHT, Person, accessibility_faults, shoot


async def test_without_a_session_every_page_explains_how_to_log_in(person: Person) -> None:
    page = await person.sit_down(logged_in=False)
    for path in ("/", "/strategies", "/strategies/new", "/strategies/7f1c6a52-0000-4000-8000-000000000000"):
        await page.goto(person.product.url + path)
        await expect(page).to_have_url(f"{person.product.url}/login")
    await expect(page.get_by_text("cascadian login-link")).to_be_visible()
    await expect(page.get_by_text("make run")).to_be_visible()
    await expect(page.get_by_text("Simulated market — not Polymarket prices")).to_be_visible()
    await shoot(page, "login-wide-light")
    assert await accessibility_faults(page) == []


async def test_a_login_link_works_once(person: Person) -> None:
    link = await person.login_link()
    first = await person.sit_down(logged_in=False)
    await first.goto(link)
    await expect(first).to_have_url(f"{person.product.url}/strategies", timeout=FIRST_SIGHT)
    second = await person.sit_down(logged_in=False)
    await second.goto(link)
    await expect(second.get_by_role("alert")).to_contain_text("used already")


async def test_logging_out_ends_the_session(person: Person) -> None:
    page = await person.sit_down()
    await page.get_by_role("button", name="User menu").click()
    await page.get_by_role("menuitem", name="Log out").click()
    await expect(page).to_have_url(f"{person.product.url}/login")
    await page.goto(f"{person.product.url}/strategies")
    await expect(page).to_have_url(f"{person.product.url}/login")
