"""Flow 3: a person sees where the capital is, moves some of it while strategies run, and sees what they gained."""

import re

from playwright.async_api import Page, expect

from tests.e2e.person import FIRST_SIGHT, PHONE, WIDE, Person, accessibility_faults, overflow, shoot
from tests.e2e.start_strategy import badge, start_strategy

EAGER = {"Volume above": "1000", "Momentum above": "0.001", "Watch for at least": "0", "Amount": "20"}

# A curve as the rounds of an hour write it; the gap is longer than two of its points.
CURVE = """
INSERT INTO equity_points (user_id, mode, strategy_id, slot_at, at, equity_amount, given_amount, holding, pnl_peak,
  drawdown_max, growth_index, growth_index_peak, drawdown_ratio_max)
SELECT s.user_id, s.mode, point.strategy_id, slot.at, slot.at, 500 + 12 * sin(n / 7.0) + n / 10.0, 500, true, 20, 9.5, 1, 1.04, 0.018
FROM strategies s, LATERAL (VALUES (s.id), (NULL::uuid)) AS point (strategy_id),
  generate_series(1, 120) AS n,
  LATERAL (SELECT date_bin('5 minutes', now(), 'epoch') - n * interval '5 minutes' AS at) AS slot
WHERE s.name = 'Politics Momentum Bot' AND n NOT BETWEEN 50 AND 70
ON CONFLICT DO NOTHING
"""


async def capital_row(page: Page, name: str) -> list[str]:
    row = page.get_by_role("table", name="Capital of every strategy").get_by_role("row").filter(has_text=name)
    return [text.strip() for text in await row.get_by_role("cell").all_inner_texts()]


async def test_a_person_moves_200_from_one_strategy_to_another_and_both_go_on(person: Person) -> None:
    page = await person.sit_down(width=WIDE)
    await start_strategy(page, "Politics Momentum Bot", "Politics Momentum Bot", seconds=600)
    first = page.url
    await start_strategy(page, "Watchlist Builder", "Whale Follower", seconds=600)
    await page.get_by_role("link", name="Capital", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Capital")
    await expect(page.get_by_role("img", name=re.compile(r"^\$10,000\.00 in the account"))).to_be_visible()
    before = await capital_row(page, "Whale Follower")
    assert before[1] == before[3] == "$500.00"

    await page.get_by_role("button", name="Rebalance").click()
    dialog = page.get_by_role("dialog", name="Rebalance")
    await dialog.get_by_label("From").select_option(label="Whale Follower ($500.00 available)")
    await dialog.get_by_label("To").select_option(index=1)
    await dialog.get_by_label("Amount in USDC").fill("500.01")
    await dialog.get_by_role("button", name="Move capital").click()
    await expect(dialog.get_by_text("Whale Follower has $500.00 available")).to_be_visible()
    await dialog.get_by_label("Amount in USDC").fill("200")
    await expect(dialog.get_by_text("Whale Follower $300.00")).to_be_visible()
    await shoot(page, "rebalance-wide-light")
    await dialog.get_by_role("button", name="Move capital").click()
    await expect(
        page.get_by_text("$200.00 moved from Whale Follower to Politics Momentum Bot")
    ).to_be_visible()
    await expect(dialog).to_be_hidden()
    assert (await capital_row(page, "Whale Follower"))[1] == "$300.00"
    assert (await capital_row(page, "Politics Momentum Bot"))[1] == "$700.00"
    await page.goto(first)
    await expect(badge(page)).to_have_text("Running", timeout=FIRST_SIGHT)


async def test_what_a_strategy_gained_is_on_its_page_with_its_curve_and_its_trades_as_a_file(
    person: Person,
) -> None:
    page = await person.sit_down(width=WIDE)
    await start_strategy(page, "Politics Momentum Bot", "Politics Momentum Bot", seconds=2, settings=EAGER)
    figures = page.locator('dl[aria-label="Profit and loss"]')
    await expect(figures.get_by_text("Unrealised", exact=True)).to_be_visible(timeout=60_000)
    await person.product.query(CURVE)
    await page.reload()
    curve = page.get_by_role("img", name=re.compile("^Profit in the last 7 days"))
    await expect(curve).to_be_visible(timeout=FIRST_SIGHT)
    await page.get_by_role("tab", name=re.compile("^Positions")).click()
    await expect(page.get_by_role("table", name="Open positions")).to_be_visible()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Trades as CSV").click()
    download = await downloading.value
    assert re.fullmatch(r"trades-[0-9a-f-]{36}-\d{4}-\d\d-\d\d\.csv", download.suggested_filename)
    text = (await download.path()).read_text()
    assert text.startswith("trade_id,strategy_id,strategy_name")
    assert "Politics Momentum Bot" in text
    faults: list[str] = []
    for path in (page.url, f"{person.product.url}/capital"):
        for width in (WIDE, PHONE):
            window = await person.sit_down(width=width, scheme="dark" if width == PHONE else "light")
            await window.goto(path)
            await expect(window.locator('dl[aria-label="Profit and loss"]')).to_be_visible(
                timeout=FIRST_SIGHT
            )
            await expect(window.get_by_role("img", name=re.compile("^Profit"))).to_be_visible()
            place = "capital" if path.endswith("capital") else "strategy"
            await shoot(window, f"pnl-{place}-{width}")
            await window.locator('dl[aria-label="Profit and loss"]').scroll_into_view_if_needed()
            await shoot(window, f"pnl-{place}-{width}-lower")
            faults += await accessibility_faults(window)
            if width == PHONE and await overflow(window) > 0:
                faults.append(f"{place} is wider than a phone")
    assert faults == []
