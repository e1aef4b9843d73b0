"""Changing what a strategy does: a node edited, tried, saved as a draft, published; the difference read; what was left behind guarded."""

import re

from playwright.async_api import Page, expect

from tests.e2e.person import FIRST_SIGHT, Person, shoot
from tests.e2e.start_strategy import start_strategy


async def open_graph(page: Page) -> None:
    await page.goto(f"{page.url.split('?')[0]}/graph")
    await expect(page.get_by_role("list", name="Nodes in flow order")).to_be_visible(timeout=FIRST_SIGHT)


async def test_a_node_is_edited_tried_saved_published_and_the_difference_is_read(person: Person) -> None:
    page = await person.sit_down()
    await start_strategy(
        page, "Watchlist Builder", "Edited", seconds=600, settings={"Volume at least": "1000"}
    )
    await open_graph(page)
    await page.get_by_role("button", name=re.compile("Stream Markets")).first.click()
    await page.get_by_label("Volume at least").fill("lots")
    await expect(page.get_by_text("Must be a number, such as 0.05.")).to_be_visible()
    await page.get_by_label("Volume at least").fill("2000")
    changes = page.get_by_role("list", name="Changes since it was saved")
    await expect(changes).to_contain_text("2,000 USDC")

    await page.get_by_role("button", name="Dry run now").click()
    funnel = page.get_by_role("list", name="Markets into and out of each node")
    await expect(funnel.get_by_role("listitem").first).to_contain_text("in →", timeout=FIRST_SIGHT)
    await shoot(page, "graph-dry-run-wide-light")

    await page.get_by_role("link", name="Edited").click()
    leave = page.get_by_role("dialog", name="Leave without saving?")
    await leave.get_by_role("button", name="Stay").click()
    await page.get_by_role("button", name="Save draft").click()
    await expect(page.get_by_role("status").filter(has_text="Saved as draft 2")).to_be_visible(
        timeout=FIRST_SIGHT
    )

    await page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish version 2?")
    await expect(dialog).to_contain_text("2,000 USDC")
    await shoot(page, "publish-wide-light")
    await dialog.get_by_role("button", name="Publish version 2").click()
    await expect(page.get_by_text("version 2 is published", exact=True)).to_be_visible(timeout=FIRST_SIGHT)

    await page.goto(page.url.split("/graph")[0] + "/versions")
    difference = page.get_by_role("list", name="From version 1 to version 2")
    await expect(difference).to_contain_text("1,000 USDC", timeout=FIRST_SIGHT)
    await expect(difference).to_contain_text("2,000 USDC")
    await page.get_by_role("button", name="Restore version 1").click()
    restore = page.get_by_role("dialog", name="Restore version 1?")
    await restore.get_by_role("button", name="Restore as draft").click()
    await expect(page.get_by_role("button", name="Publish version 3")).to_be_visible(timeout=FIRST_SIGHT)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Export version 2").click()
    assert (await download.value).suggested_filename == "edited-v2.json"


async def test_a_graph_drawn_from_nothing_shows_its_problems_and_judges_a_formula(person: Person) -> None:
    page = await person.sit_down()
    await page.goto(f"{person.product.url}/strategies/new/graph")
    await page.get_by_role("button", name=re.compile("^Start")).click()
    for words in ("stream", "formula"):
        await page.get_by_role("button", name=re.compile("^New node behind")).last.click()
        await page.get_by_label("Search nodes").fill(words)
        await page.keyboard.press("Enter")
    formula = page.get_by_label("Formula", exact=True)
    await formula.fill("volum > 5")
    await expect(page.get_by_text("did you mean “volume”?")).to_be_visible(timeout=FIRST_SIGHT)
    await formula.fill("")
    await formula.press_sequentially("vol")
    await expect(page.get_by_role("listbox", name="Names that fit")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(formula).to_have_value("volume")
    await formula.fill("volum > 5")
    await page.get_by_role("button", name="Save as strategy…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Drawn")
    await dialog.get_by_role("button", name="Save strategy").click()
    problem = page.get_by_role("region", name=re.compile("problem")).get_by_role(
        "button", name=re.compile("volum")
    )
    await problem.click(timeout=FIRST_SIGHT)
    await expect(page.get_by_role("button", name=re.compile("Formula.*1 problem"))).to_be_focused()
    await shoot(page, "graph-problems-wide-light")


async def test_words_become_a_draft_that_is_accepted_into_the_editor(person: Person) -> None:
    page = await person.sit_down()
    await page.goto(f"{person.product.url}/strategies/new")
    await page.get_by_label("Say what the strategy should do").fill(
        "Buy Yes for 50 USDC in politics markets when volume is above 100000"
    )
    await page.get_by_role("button", name="Draft it").click()
    draft = page.get_by_role("region", name="Draft of the copilot")
    await expect(draft).to_contain_text("Node added", timeout=FIRST_SIGHT)
    await shoot(page, "copilot-wide-light")
    await draft.get_by_role("button", name="Accept into the editor").click()
    await expect(page).to_have_url(f"{person.product.url}/strategies/new/graph")
    await expect(page.get_by_role("button", name=re.compile("Execute Trade")).first).to_be_visible(
        timeout=FIRST_SIGHT
    )
    await page.get_by_role("button", name="Save as strategy…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Save strategy").click()
    await expect(page.get_by_text("Draft", exact=True).first).to_be_visible(timeout=FIRST_SIGHT)


async def test_schedule_and_watchlist_rules_are_saved_and_a_refusal_is_said_at_the_field(
    person: Person,
) -> None:
    page = await person.sit_down()
    await start_strategy(page, "Watchlist Builder", "Scheduled", seconds=600)
    await page.goto(f"{page.url}?tab=settings")
    await expect(page.get_by_role("heading", name="Next executions")).to_be_visible(timeout=FIRST_SIGHT)
    await page.get_by_role("button", name="Add window").click()
    await page.get_by_label("Markets at most").fill("0")
    await page.get_by_role("button", name="Save settings").click()
    await expect(page.get_by_text("A whole number from 1 to 5,000.")).to_be_visible()
    await page.get_by_label("Markets at most").fill("40")
    await page.get_by_role("button", name="Save settings").click()
    await expect(page.get_by_text("Settings saved.")).to_be_visible(timeout=FIRST_SIGHT)
    await expect(page.get_by_role("link", name="version 2")).to_be_visible(timeout=FIRST_SIGHT)

    await page.goto(f"{page.url.split('?')[0]}?tab=watchlist")
    pin = page.get_by_role("button", name=re.compile("^Pin ")).first
    await pin.click(timeout=FIRST_SIGHT)
    await expect(page.get_by_role("button", name=re.compile("^Unpin ")).first).to_be_visible(
        timeout=FIRST_SIGHT
    )
    await expect(page.get_by_text("pinned: stays until you remove it")).to_be_visible()
