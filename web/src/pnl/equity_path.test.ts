import { expect, test } from "vitest";
import { drawCurve } from "./equity_path";

const point = (atMs: number, amount: number, gapBefore = false) => ({ atMs, amount, gapBefore });

test("a curve goes from the left to the right edge and zero is in the picture", () => {
  const curve = drawCurve([point(0, 5), point(50, 10), point(100, 7.5)]);
  expect(curve?.lines).toEqual(["M0 60L300 0L600 30"]);
  expect(curve?.zeroY).toBe(120);
  expect([curve?.lowest, curve?.highest, curve?.gaps]).toEqual([5, 10, 0]);
});

test("missing points break the line, and a point alone is a dot", () => {
  const curve = drawCurve([point(0, -10), point(25, 0), point(50, 10, true), point(100, 10, true)]);
  expect(curve?.lines).toEqual(["M0 120L150 60"]);
  expect(curve?.dots).toEqual([
    { x: 300, y: 0 },
    { x: 600, y: 0 },
  ]);
  expect(curve?.gaps).toBe(2);
});

test("nothing gained and nothing lost is a flat line, one point is no curve", () => {
  expect(drawCurve([point(0, 0), point(1, 0)])?.lines).toEqual(["M0 120L600 120"]);
  expect(drawCurve([point(0, 3)])).toBeNull();
  expect(drawCurve([])).toBeNull();
});
