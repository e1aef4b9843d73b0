import { expect, test } from "vitest";
import type { AllocationRow } from "@/api/types";
import { afterwards, rebalanceProblems } from "./rebalance_form";

const row = (id: string, available: string): AllocationRow => ({
  strategy_id: id,
  name: id === "bot" ? "Politics Momentum Bot" : "Whale Follower",
  status: "running",
  allocated: available,
  available,
  reserved: "0",
  deployed: "0",
  settling: "0",
  shortfall: "0",
  realised_pnl: "0",
  fees_paid: "0",
});
const rows = [row("bot", "200"), row("whale", "200.000001")];

test("200 from one strategy to another is shown before it is moved", () => {
  const values = { from: "whale", to: "bot", amount: "200" };
  expect(rebalanceProblems(values, rows)).toEqual({});
  expect(afterwards(values, rows)).toEqual([
    { name: "Whale Follower", available: "0.000001" },
    { name: "Politics Momentum Bot", available: "400.000000" },
  ]);
});

test("more than is available is refused to the last digit", () => {
  expect(rebalanceProblems({ from: "whale", to: "bot", amount: "200.000001" }, rows)).toEqual({});
  expect(rebalanceProblems({ from: "whale", to: "bot", amount: "200.000002" }, rows).amount).toContain("Whale Follower has $200.00 available");
});

test("what is missing or makes no sense has a sentence beside it", () => {
  expect(Object.keys(rebalanceProblems({ from: "", to: "", amount: "" }, rows))).toEqual(["from", "to", "amount"]);
  expect(rebalanceProblems({ from: "bot", to: "bot", amount: "1" }, rows).to).toContain("another");
  for (const amount of ["0", "-1", "1e3", "0.0000001", "ten"]) expect(rebalanceProblems({ from: "bot", to: "whale", amount }, rows).amount).toBeDefined();
  expect(afterwards({ from: "bot", to: "bot", amount: "1" }, rows)).toBeNull();
});
