"""Flow: a person buys with a stop loss, changes the exits, sells a part, stops with everything sold, withdraws, and halts all."""

import json
import re

from playwright.async_api import Locator, Page, expect

from domain.templates.drawing import Drawing, comparison
from tests.e2e.person import FIRST_SIGHT, PHONE, Person, accessibility_faults, overflow, shoot
from tests.e2e.start_strategy import badge
from tests.eventually import eventually

NAME = "Buys once"
ENGINE = 60_000
"""Milliseconds for what an order, a guard or a withdrawal has to do first."""


def strategy_file() -> bytes:
    """One purchase at each execution, in the deepest market whose price is far from both ends."""
    graph = (
        Drawing()
        .node("start", "start", (0, 0))
        .node("stream", "stream_markets", (1, 0))
        .node(
            "open",
            "filter",
            (2, 0),
            {"conditions": [comparison("price", ">=", "0.2"), comparison("price", "<=", "0.8")]},
        )
        .node("deepest", "sort_limit", (3, 0), {"metric": "liquidity", "limit": 1})
        .node("buy", "execute_trade", (4, 0), {"amount": "20", "stop_loss": "0.9"}, version=2)
        .edge("start", "stream")
        .edge("stream", "open")
        .edge("open", "deepest")
        .edge("deepest", "buy")
        .graph()
    )
    return json.dumps(
        {"schema_version": 1, "name": NAME, "graph": graph.model_dump(mode="json"), "settings": {}}
    ).encode()


async def import_and_start(page: Page) -> None:
    await page.goto(re.sub(r"(https?://[^/]+).*", r"\1/strategies/new", page.url))
    await page.get_by_label("File of a strategy").set_input_files(
        {"name": "buys-once.json", "mimeType": "application/json", "buffer": strategy_file()}
    )
    dialog = page.get_by_role("dialog", name="Import a strategy")
    await dialog.get_by_label("Allocation").fill("100")
    await dialog.get_by_role("button", name="Create draft").click()
    await page.get_by_role("button", name="Edit settings").click(timeout=FIRST_SIGHT)
    await page.get_by_role("dialog").get_by_label("Unit of the interval").select_option(label="hours")
    await page.get_by_role("dialog").get_by_role("button", name="Save settings").click()
    await page.get_by_role("button", name="Start Strategy").click(timeout=FIRST_SIGHT)
    await expect(badge(page)).to_have_text("Running", timeout=FIRST_SIGHT)


def held(page: Page) -> Locator:
    return page.get_by_role("table", name="Open positions").locator("tbody tr")


async def shares_held(page: Page) -> float:
    text = await held(page).locator('td[data-label="Shares"]').first.inner_text()
    return float(text.split()[0].replace(",", ""))


async def look(page: Page, name: str) -> list[str]:
    await shoot(page, name)
    return [f"{name}: {fault}" for fault in await accessibility_faults(page)]


async def look_on_a_phone(person: Person, path: str, name: str) -> list[str]:
    phone = await person.sit_down(width=PHONE, scheme="dark")
    await phone.goto(path)
    await expect(held(phone).first).to_be_visible(timeout=FIRST_SIGHT)
    faults = await look(phone, name)
    if (wider := await overflow(phone)) > 0:
        faults.append(f"{name}: {wider} px wider than the window")
    return faults


async def test_a_person_leaves_a_position_by_exits_by_hand_by_stop_and_takes_the_capital_back(
    person: Person,
) -> None:
    page = await person.sit_down()
    await import_and_start(page)
    await page.get_by_role("tab", name=re.compile("^Positions")).click()
    await expect(held(page)).to_have_count(1, timeout=ENGINE)
    await expect(held(page)).to_contain_text("Stop loss at −90%")
    await expect(held(page)).to_contain_text("watching")
    faults = await look(page, "positions-wide-light")
    faults += await look_on_a_phone(person, f"{person.product.url}/positions", "positions-all-phone-dark")

    await set_a_take_profit(page)
    faults += await look(page, "positions-exits-wide-light")
    await sell_half(page)
    await stop_and_sell_everything(page)
    faults += await look(page, "positions-wound-down-wide-light")
    await page.get_by_role("tab", name=re.compile("^Orders")).click()
    orders = page.get_by_role("table", name="Past orders").locator("tbody tr")
    await expect(orders.nth(2)).to_be_visible(timeout=FIRST_SIGHT)
    await orders.nth(2).scroll_into_view_if_needed()
    faults += await look(page, "orders-wide-light")
    await withdraw(page)
    faults += await look(page, "withdrawn-wide-light")
    assert faults == []


async def set_a_take_profit(page: Page) -> None:
    await page.get_by_role("button", name=re.compile("^Set exits of")).click()
    dialog = page.get_by_role("dialog", name=re.compile("^Exits of"))
    await dialog.get_by_role("button", name="Add a rule").click()
    await page.get_by_role("menuitem", name="Take profit").click()
    rule = dialog.get_by_role("group", name="Take profit, rule 2")
    await rule.get_by_label("Above entry").fill("nine")
    await dialog.get_by_role("button", name="Set exits").click()
    await expect(rule.get_by_text("More than 0 per cent.")).to_be_visible()
    await rule.get_by_label("Above entry").fill("900")
    await shoot(page, "exits-dialog-wide-light")
    await dialog.get_by_role("button", name="Set exits").click()
    await expect(held(page)).to_contain_text("Take profit at +900%", timeout=FIRST_SIGHT)


async def sell_half(page: Page) -> None:
    before = await shares_held(page)
    await page.get_by_role("button", name=re.compile("^Close .*,")).click()
    dialog = page.get_by_role("dialog", name=re.compile("^Close "))
    await dialog.get_by_label("A part").check()
    await dialog.get_by_label("Part", exact=True).fill("50")
    await expect(dialog.get_by_text(re.compile("^Sells 50%"))).to_be_visible()
    await shoot(page, "close-dialog-wide-light")
    await dialog.get_by_role("button", name="Sell now").click()
    await expect(dialog).to_be_hidden()

    async def half_is_left() -> bool:
        return abs(await shares_held(page) - before / 2) < 0.02

    # A thin book takes several orders: what counts is where it ends.
    await eventually(half_is_left, within=ENGINE / 1000, every=0.3)


async def stop_and_sell_everything(page: Page) -> None:
    await page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Sell everything").check()
    await shoot(page, "stop-choices-wide-light")
    await dialog.get_by_role("button", name="Stop and sell everything").click()
    await expect(page.get_by_text(re.compile("^Wound down"))).to_be_visible(timeout=ENGINE)
    await expect(page.get_by_text("No open positions")).to_be_visible(timeout=FIRST_SIGHT)


async def withdraw(page: Page) -> None:
    await page.get_by_role("link", name="Capital", exact=True).click()
    await page.get_by_role("button", name="Withdraw", exact=True).click()
    dialog = page.get_by_role("dialog", name="Withdraw capital")
    await dialog.get_by_role("button", name="Stop and withdraw").click()
    row = page.get_by_role("list", name="Withdrawals, newest first").get_by_role("listitem")
    await expect(row).to_contain_text("complete", timeout=ENGINE)
    await expect(row).to_contain_text("came back")


async def test_a_person_halts_all_and_resets_it(person: Person) -> None:
    page = await person.sit_down()
    await page.get_by_role("button", name="Trading state: active").click()
    dialog = page.get_by_role("dialog", name="Trading, all strategies")
    await dialog.get_by_label("Exits stop too").check()
    await dialog.get_by_label("Reason").fill("a drill")
    await shoot(page, "halt-dialog-wide-light")
    await dialog.get_by_role("button", name="Halt all").click()
    banner = page.locator('[data-trading="halted"]')
    await expect(banner).to_contain_text("Nothing is bought and nothing is sold.")
    await expect(banner).to_contain_text("a drill")
    phone = await person.sit_down(width=PHONE, scheme="dark")
    await phone.goto(f"{person.product.url}/capital")
    await expect(phone.locator('[data-trading="halted"]')).to_be_visible()
    faults = await look(phone, "halted-phone-dark")
    assert await overflow(phone) <= 0
    await banner.get_by_role("button", name="Reset…").click()
    await dialog.get_by_role("button", name="Let trading go on").click()
    await expect(banner).to_have_count(0)
    await expect(page.get_by_role("button", name="Trading state: active")).to_be_visible()
    assert faults == []
