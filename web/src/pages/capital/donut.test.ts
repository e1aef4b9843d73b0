import { expect, test } from "vitest";
import type { AllocationRow } from "@/api/types";
import { COLOURS, colourOf, ringParts } from "./donut";

function row(id: string, deployed: string, available: string): AllocationRow {
  return {
    strategy_id: id,
    name: id,
    status: "running",
    allocated: "0",
    available,
    reserved: "0",
    deployed,
    settling: "0",
    shortfall: "0",
    realised_pnl: "0",
    fees_paid: "0",
  };
}

test("every strategy has its deployed part and then its available part, cash comes last", () => {
  const parts = ringParts([row("bot", "300", "200"), row("whale", "400", "0")], 100);
  expect(parts.map(({ key, start, length }) => [key, start, length])).toEqual([
    ["bot-working", 0, 30],
    ["bot-available", 30, 20],
    ["whale-working", 50, 40],
    ["cash", 90, 10],
  ]);
  expect(parts.map(({ colour }) => colour)).toEqual([0, 0, 1, null]);
});

test("an account without money has an empty ring", () => {
  expect(ringParts([row("bot", "0", "0")], 0)).toEqual([]);
});

test("more strategies than colours: the smallest share one", () => {
  const rows = Array.from({ length: COLOURS + 2 }, (_, place) => row(`s${place}`, "0", String(100 + place)));
  const colours = colourOf(rows);
  expect(rows.filter(({ strategy_id }) => colours.get(strategy_id) === COLOURS - 1).map(({ name }) => name)).toEqual(["s0", "s1", "s2"]);
  expect(new Set(colours.values()).size).toBe(COLOURS);
});
