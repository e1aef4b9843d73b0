import { expect, test } from "vitest";
import { EMPTY_GRAPH } from "@/graph/edit_graph";
import { fieldProblems, placedProblems } from "./node_problems";

test("a wire's problem is put at the node it begins at", () => {
  const graph = { ...EMPTY_GRAPH, edges: [{ source: "gone", source_port: "out", target: "start", target_port: "in" }] };
  expect(placedProblems([{ edge_index: 0, message: "x" }], graph)[0]?.node_id).toBe("start");
  expect(placedProblems([{ node_id: "a", message: "x" }, { message: "y" }], graph).map(({ node_id: id }) => id)).toEqual(["a", undefined]);
});

test("a setting's problem is said at its field without naming the node again", () => {
  const problems = [
    { node_id: "buy", field: "amount", message: 'Execute Trade "buy": setting "amount" is missing; fill it in.' },
    { node_id: "calc", field: "formula", message: 'Formula "calc": the formula is not known.' },
  ];
  expect(fieldProblems(problems, "buy").get("amount")).toBe("Is missing; fill it in.");
  expect(fieldProblems(problems, "calc").get("formula")).toBe("The formula is not known.");
});
