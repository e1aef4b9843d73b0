import { expect, test } from "vitest";
import { allowedCommands, statusWords } from "./status_words";

test("a settled status is its own word and colour", () => {
  expect(statusWords({ status: "running", desired_state: "running", pending: false })).toEqual({ word: "Running", tone: "good", moving: false });
  expect(statusWords({ status: "error", desired_state: "running", pending: false }).tone).toBe("bad");
});

test("a wish under way is named", () => {
  const word = (status: "draft" | "running" | "paused", desired_state: "running" | "paused" | "stopped") => statusWords({ status, desired_state, pending: true }).word;
  expect(word("draft", "running")).toBe("Starting…");
  expect(word("paused", "running")).toBe("Resuming…");
  expect(word("running", "paused")).toBe("Pausing…");
  expect(word("running", "stopped")).toBe("Stopping…");
});

test("commands follow the wish, deleting follows the truth", () => {
  expect(allowedCommands({ status: "running", desired_state: "stopped", pending: true })).toMatchObject({ start: true, stop: false, remove: false });
  expect(allowedCommands({ status: "stopped", desired_state: "stopped", pending: false })).toMatchObject({ start: true, run: false, remove: true });
  expect(allowedCommands({ status: "paused", desired_state: "paused", pending: false })).toMatchObject({ resume: true, run: true, pause: false });
});
