import { expect, test } from "vitest";
import { tradingWords } from "./trading_words";

test("what a halt does to exits is said, and what is still being cancelled", () => {
  expect(tradingWords({ state: "halted", exits: "go_on", open_orders_total: 0 })).toBe("Nothing is bought; exits of positions go on.");
  expect(tradingWords({ state: "halted", exits: "stop", open_orders_total: 2 })).toBe("Nothing is bought and nothing is sold. 2 orders being cancelled.");
  expect(tradingWords({ state: "reducing", exits: "go_on", open_orders_total: 0 })).toBe("Nothing is bought, only sold.");
});
