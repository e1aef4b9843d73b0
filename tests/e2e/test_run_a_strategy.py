"""A new user's way from an empty list to a strategy that trades, and every command on it."""

import re

from playwright.async_api import Locator, Page, expect

from tests.e2e.person import FIRST_SIGHT, Person, shoot
from tests.e2e.start_strategy import badge, start_strategy

EAGER = {"Volume above": "1000", "Momentum above": "0.001", "Watch for at least": "0", "Amount": "20"}


def executions(page: Page) -> Locator:
    return page.get_by_role("list", name="Executions, newest first").locator("> li")


def metric(page: Page, name: str) -> Locator:
    """The number under a name."""
    return page.locator("dl div").filter(has=page.get_by_text(name, exact=True)).locator("dd").first


async def open_tab(page: Page, name: str) -> None:
    await page.get_by_role("tab", name=re.compile(f"^{name}")).click()


async def test_a_new_user_starts_a_template_and_sees_it_execute_and_trade_without_reload(
    person: Person,
) -> None:
    page = await person.sit_down()
    await expect(page.get_by_text("Nothing runs yet")).to_be_visible()
    await expect(page.get_by_text("Simulated market — not Polymarket prices")).to_be_visible()
    await expect(page.get_by_role("list", name="Templates").locator("> li")).not_to_have_count(0)
    await shoot(page, "empty-wide-light")

    await start_strategy(page, "Politics Momentum Bot", "Politics Momentum Bot", seconds=2, settings=EAGER)
    await page.evaluate("window.notReloaded = true")
    await expect(executions(page).nth(2)).to_be_visible(timeout=FIRST_SIGHT * 2)
    await expect(
        page.get_by_role("list", name=re.compile("Recent activity")).locator("> li").first
    ).to_be_visible()
    await expect(metric(page, "Watchlist size")).not_to_have_text("0", timeout=FIRST_SIGHT)
    await expect(metric(page, "Uptime")).to_have_text(re.compile(r"\d+s"))

    await executions(page).last.get_by_role("button").first.click()
    await expect(page.get_by_text("Stream Markets").first).to_be_visible()
    await expect(page.get_by_text(re.compile(r"\d+ in")).first).to_be_visible()
    await shoot(page, "running-wide-light")

    await open_tab(page, "Trades")
    await expect(page.get_by_role("table", name="Trades").get_by_role("row").nth(1)).to_be_visible(
        timeout=60_000
    )
    await expect(page.get_by_text("simulated prices").first).to_be_visible()
    await shoot(page, "trades-wide-light")
    assert await page.evaluate("window.notReloaded") is True


async def test_pause_run_now_resume_and_stop_do_what_they_say(person: Person) -> None:
    page = await person.sit_down()
    await start_strategy(page, "Watchlist Builder", "Commands", seconds=600)
    await expect(metric(page, "Next execution")).to_have_text(re.compile(r"in \d+:\d\d"), timeout=FIRST_SIGHT)

    await page.get_by_role("button", name="Pause").click()
    await expect(badge(page)).to_have_text("Paused", timeout=FIRST_SIGHT)
    # Counted when the list has caught up with the badge.
    before = 1
    await expect(executions(page)).to_have_count(before, timeout=FIRST_SIGHT)
    await page.get_by_role("button", name="Run now", exact=True).click()
    await expect(executions(page)).to_have_count(before + 1, timeout=FIRST_SIGHT)
    await expect(executions(page).first).to_contain_text("run now")
    await shoot(page, "paused-wide-light")

    await page.get_by_role("button", name="Resume").click()
    await expect(badge(page)).to_have_text("Running", timeout=FIRST_SIGHT)

    await page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Stop is final for this run")
    await shoot(page, "stop-dialog-wide-light")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_be_hidden()
    await expect(badge(page)).to_have_text("Running")
    await page.get_by_role("button", name="Stop", exact=True).click()
    await dialog.get_by_role("button", name="Stop strategy").click()
    await expect(badge(page)).to_have_text("Stopped", timeout=FIRST_SIGHT)
    await expect(page.get_by_role("button", name="Run now", exact=True)).to_be_hidden()

    last = await executions(page).first.get_by_role("button").first.inner_text()
    await page.get_by_role("button", name="Start again").click()
    await expect(executions(page).first).not_to_contain_text(last.split()[0], timeout=FIRST_SIGHT)
    await expect(executions(page).first).to_contain_text(f"#{before + 2}")


async def test_a_market_is_removed_from_the_watchlist_by_hand(person: Person) -> None:
    page = await person.sit_down()
    await start_strategy(
        page, "Watchlist Builder", "Watcher", seconds=600, settings={"Volume at least": "1000"}
    )
    await open_tab(page, "Watchlist")
    remove = page.get_by_role("button", name=re.compile("^Remove "))
    await expect(remove.first).to_be_visible(timeout=FIRST_SIGHT)
    await shoot(page, "watchlist-wide-light")
    label = await remove.first.get_attribute("aria-label")
    assert label is not None
    await remove.first.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(label.removeprefix("Remove "))
    await dialog.get_by_role("button", name="Remove", exact=True).click()
    await expect(page.get_by_role("button", name=label, exact=True)).to_have_count(0)
    await expect(page.get_by_text("from the watchlist by hand").first).to_be_visible(timeout=FIRST_SIGHT)


async def test_settings_are_edited_and_a_stopped_strategy_is_deleted(person: Person) -> None:
    page = await person.sit_down()
    await start_strategy(page, "Watchlist Builder", "Before", seconds=600)
    await page.get_by_role("button", name="Edit settings").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Name").fill("")
    await dialog.get_by_role("button", name="Save settings").click()
    await expect(dialog.get_by_text("Give it a name.")).to_be_visible()
    await dialog.get_by_role("textbox", name="Name").fill("After")
    await dialog.get_by_label("Unit of the interval").select_option(label="hours")
    await dialog.get_by_label("Execution interval").fill("2")
    await dialog.get_by_role("button", name="Save settings").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("After")
    await expect(page.get_by_text("executes every 2 hours")).to_be_visible()

    await page.get_by_role("button", name="Stop", exact=True).click()
    await dialog.get_by_role("button", name="Stop strategy").click()
    await page.get_by_role("button", name="Delete").click(timeout=FIRST_SIGHT)
    await dialog.get_by_role("button", name="Delete strategy").click()
    await expect(page.get_by_text("Nothing runs yet")).to_be_visible(timeout=FIRST_SIGHT)


async def test_the_list_filters_sorts_and_commands(person: Person) -> None:
    page = await person.sit_down()
    await start_strategy(page, "Watchlist Builder", "First", seconds=600)
    await start_strategy(page, "Watchlist Builder", "Second", seconds=600)
    await page.get_by_role("link", name="My Strategies", exact=True).first.click()
    names = page.get_by_role("list", name="Strategies").get_by_role("heading")
    await expect(names).to_have_count(2)
    await page.get_by_label("Sort").select_option(label="Oldest")
    await expect(names).to_have_text(["First", "Second"])
    await page.get_by_label("Sort").select_option(label="Newest")
    await expect(names).to_have_text(["Second", "First"])

    await page.get_by_role("button", name="Pause First").click()
    await expect(page.get_by_role("button", name="Resume First")).to_be_visible(timeout=FIRST_SIGHT)
    await page.get_by_role("button", name=re.compile("^Paused")).click()
    await expect(names).to_have_text(["First"], timeout=FIRST_SIGHT)
    await expect(page.get_by_role("button", name=re.compile("^All"))).to_contain_text("2")
    await shoot(page, "list-wide-light")
    await page.get_by_role("button", name=re.compile("^Error")).click()
    await expect(page.get_by_text("No strategy is in error")).to_be_visible()
    await page.get_by_role("button", name="Show all").click()
    await page.get_by_role("link", name="View details of Second").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Second")


async def test_what_the_server_refuses_is_said_at_the_field(person: Person) -> None:
    page = await person.sit_down()
    await page.goto(f"{person.product.url}/strategies/new?template=politics-momentum-bot")
    await page.get_by_label("Momentum above").fill("7")
    await page.get_by_role("button", name="Start Strategy").click()
    await expect(page.get_by_text("Must be at least 0.001 and at most 1 ratio.")).to_be_visible()
    await page.get_by_label("Momentum above").fill("0.0000000000000000000001")
    await page.get_by_role("button", name="Start Strategy").click()
    await expect(page.get_by_text("Must be at least 0.001 and at most 1 ratio.")).to_be_visible()
    await page.get_by_label("Momentum above").fill("0.05")
    await page.get_by_label("Allocation").fill("5000000")
    await page.get_by_role("button", name="Start Strategy").click()
    await expect(page.get_by_label("Allocation")).to_have_attribute("aria-invalid", "true")
    await shoot(page, "refused-wide-light")
