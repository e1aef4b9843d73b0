import { expect, test } from "vitest";
import { allowedCommands, isWindingDown, statusWords } from "./status_words";

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

const RUNS = { stop_choice: null, wound_down_at: null } as const;

test("commands follow the wish, deleting follows the truth", () => {
  expect(allowedCommands({ ...RUNS, status: "running", desired_state: "stopped", pending: true })).toMatchObject({ start: true, stop: false, remove: false });
  expect(allowedCommands({ ...RUNS, status: "stopped", desired_state: "stopped", pending: false })).toMatchObject({ start: true, run: false, remove: true });
  expect(allowedCommands({ ...RUNS, status: "paused", desired_state: "paused", pending: false })).toMatchObject({ resume: true, run: true, pause: false });
});

test("a strategy that sells what it holds does not start again, one that only cancels does", () => {
  const stopped = { status: "stopped", desired_state: "stopped", pending: false, wound_down_at: null } as const;
  expect(isWindingDown({ ...stopped, stop_choice: "flatten" })).toBe(true);
  expect(allowedCommands({ ...stopped, stop_choice: "flatten" }).start).toBe(false);
  expect(allowedCommands({ ...stopped, stop_choice: "cancel" }).start).toBe(true);
  const done = { ...stopped, stop_choice: "flatten", wound_down_at: "2026-11-23T05:00:00Z" } as const;
  expect(isWindingDown(done)).toBe(false);
  expect(allowedCommands(done).start).toBe(true);
});
