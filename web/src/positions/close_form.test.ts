import { expect, test } from "vitest";
import { CLOSE_FIRST, closeBody, closeProblems, closeWords, sharesMeant, type Held } from "./close_form";

const HELD: Held = { outcome: "Yes", shares: "120", offered: "0", bid: "0.45" };

test("selling all at the market is what the form begins with", () => {
  expect(closeProblems(CLOSE_FIRST, HELD)).toEqual({});
  expect(closeBody(CLOSE_FIRST)).toEqual({ all: true, order_type: "market", persistent: true });
  expect(closeWords(CLOSE_FIRST, HELD)).toBe("Sells 120 of 120 Yes shares at the best bids there are. At the bid of 45¢ that is about $54.00 before fees. What is not sold at once is tried again until it is.");
});

test("a part is computed exactly and sent as a ratio", () => {
  const half = { ...CLOSE_FIRST, measure: "part", percent: "33.3", floor: "40", slippage: "5", persistent: false } as const;
  expect(sharesMeant(half, HELD)).toBe("39.96");
  expect(closeBody(half)).toEqual({ all: false, part_ratio: "0.333", order_type: "market", price_floor: "0.4", slippage_max: "0.05", persistent: false });
});

test("a limit order needs its price and takes neither floor nor slippage", () => {
  const limit = { ...CLOSE_FIRST, orderType: "limit", limit: "", floor: "40", slippage: "5" } as const;
  expect(closeProblems(limit, HELD).limit).toContain("cents");
  expect(closeBody({ ...limit, limit: "61.5" })).toEqual({ all: true, order_type: "limit", limit_price: "0.615", persistent: true });
  expect(closeWords({ ...limit, limit: "61.5" }, HELD)).toContain("at 61.5¢ or better");
});

test("more than is held is refused, what is offered already is said", () => {
  expect(closeProblems({ ...CLOSE_FIRST, measure: "shares", shares: "121" }, HELD).shares).toBe("You hold 120.");
  expect(closeProblems({ ...CLOSE_FIRST, measure: "shares", shares: "0" }, HELD)).toHaveProperty("shares");
  expect(closeWords(CLOSE_FIRST, { ...HELD, offered: "20" })).toContain("20 are offered already");
  expect(closeWords(CLOSE_FIRST, { ...HELD, bid: null })).toContain("Nobody bids just now");
});
