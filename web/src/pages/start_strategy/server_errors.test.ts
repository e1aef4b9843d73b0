import { expect, test } from "vitest";
import { ApiProblem } from "@/api/problem";
import { placeErrors } from "./server_errors";

test("errors land beside their fields, the rest above the form", () => {
  const problem = new ApiProblem(422, "invalid_request", "Not valid", [
    { field: "template.parameters.amount", code: "decimal_range", message: "must be more than 0" },
    { field: "interval_seconds", code: "too_short", message: "must be at least 60" },
    { node_id: "filter", code: "unknown_metric", message: "there is no metric 'x'" },
  ]);
  expect(placeErrors(problem, ["amount"])).toEqual({
    fields: { "parameters.amount": "must be more than 0", interval: "must be at least 60" },
    general: ["Node filter: there is no metric 'x'"],
  });
});

test("a problem without lines is one sentence", () => {
  expect(placeErrors(new ApiProblem(503, "unavailable", "The database restarts."), [])).toEqual({ fields: {}, general: ["The database restarts."] });
});
