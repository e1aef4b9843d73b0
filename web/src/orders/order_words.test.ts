import { expect, test } from "vitest";
import { filledWords, mayCancel, orderWords, reasonWords, wishWords } from "./order_words";

const LIVE = { status: "live", final_at: null, cancel_requested_at: null } as const;

test("an order that is asked to end is cancelling until it is final", () => {
  expect(orderWords(LIVE).word).toBe("resting");
  expect(orderWords({ ...LIVE, cancel_requested_at: "2026-11-23T05:00:00Z" }).word).toBe("cancelling…");
  expect(orderWords({ status: "cancelled", final_at: "2026-11-23T05:00:01Z", cancel_requested_at: "2026-11-23T05:00:00Z" }).word).toBe("cancelled");
});

test("only what is open and not matched may be cancelled", () => {
  expect(mayCancel(LIVE)).toBe(true);
  expect(mayCancel({ ...LIVE, cancel_requested_at: "2026-11-23T05:00:00Z" })).toBe(false);
  expect(mayCancel({ ...LIVE, status: "matched" })).toBe(false);
  expect(mayCancel({ ...LIVE, status: "filled", final_at: "2026-11-23T05:00:01Z" })).toBe(false);
});

test("what was wanted is said with its price, and how much of it came", () => {
  expect(wishWords({ side: "BUY", outcome: "Yes", order_type: "limit", limit_price: "0.52" })).toBe("Buy Yes at 52¢ or better");
  expect(wishWords({ side: "SELL", outcome: "No", order_type: "market", limit_price: "0.4" })).toBe("Sell No at the market, not below 40¢");
  expect(filledWords({ side: "BUY", shares: null, amount: "20", filled_amount: "7.5", filled_shares: "15" })).toBe("$7.50 of $20.00");
  expect(filledWords({ side: "SELL", shares: "40", amount: "0", filled_amount: "6", filled_shares: "12" })).toBe("12 of 40 shares");
});

test("a denial says the rule's sentence", () => {
  const checks = [
    { rule: "expired", passed: true, limit: null, actual: null, sentence: "It is fresh." },
    { rule: "daily_loss", passed: false, limit: "100 USDC", actual: "120 USDC", sentence: "The strategy lost 120 USDC today." },
  ];
  expect(reasonWords({ status: "denied", status_reason: "lost too much", status_rule: "daily_loss", cancel_reason: null, risk_checks: checks })).toBe("The strategy lost 120 USDC today.");
  expect(reasonWords({ status: "rejected", status_reason: null, status_rule: "market_closed", cancel_reason: null, risk_checks: [] })).toBe("market_closed");
});
