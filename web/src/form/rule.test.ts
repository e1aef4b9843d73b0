import { expect, test } from "vitest";
import { makeGroup, memberPath, readRules, regroup } from "./rule";

const A = { metric: "volume", op: ">", value: "1" };
const B = { metric: "spread", op: "<", value: "0.02" };

test("rules are read as they are stored, whatever they nest", () => {
  const rules = [A, { any: [B, { not: A }] }];
  expect(readRules(rules)).toEqual(rules);
  expect(readRules("nonsense")).toEqual([]);
  expect(readRules([7])).toEqual([{ metric: "", op: ">", value: "" }]);
});

test("a group changes its kind without losing a rule", () => {
  expect(regroup({ all: [A, B] }, "any")).toEqual({ any: [A, B] });
  expect(regroup({ all: [A, B] }, "not")).toEqual({ not: { all: [A, B] } });
  expect(regroup({ not: { all: [A, B] } }, "any")).toEqual({ any: [A, B] });
  expect(makeGroup("not", [A])).toEqual({ not: A });
});

test("places are named as the server names them", () => {
  expect(memberPath("conditions", null, 0)).toBe("conditions[0]");
  expect(memberPath("conditions[0]", "all", 1)).toBe("conditions[0].all[1]");
  expect(memberPath("conditions[0]", "not", 0)).toBe("conditions[0].not");
});
