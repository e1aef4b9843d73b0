import { useMemo, useReducer } from "react";
import type { Graph } from "@/api/types";
import { graphDiff, isEmptyDiff } from "@/diff/graph_diff";

const STEPS_MAX = 200;

/** A graph being edited, with the steps that led to it and those that were taken back. */
export interface History {
  past: Graph[];
  now: Graph;
  future: Graph[];
  /** Which change made `now`: typing into one field is one step. */
  group: string | null;
}

export type HistoryAction = { kind: "change"; graph: Graph; group: string | null } | { kind: "undo" } | { kind: "redo" };

export function changeHistory(history: History, action: HistoryAction): History {
  const { past, now, future } = history;
  if (action.kind === "change") {
    const same = action.group !== null && action.group === history.group;
    return { past: same ? past : [...past, now].slice(-STEPS_MAX), now: action.graph, future: [], group: action.group };
  }
  if (action.kind === "undo") {
    const before = past.at(-1);
    return before === undefined ? history : { past: past.slice(0, -1), now: before, future: [now, ...future], group: null };
  }
  const [next, ...rest] = future;
  return next === undefined ? history : { past: [...past, now], now: next, future: rest, group: null };
}

export interface Draft {
  graph: Graph;
  /** Something that counts differs from what is saved. */
  dirty: boolean;
  /** Changes with the same `group` in a row are one step to undo. */
  change: (graph: Graph, group?: string) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
}

/** `saved` is what the changes are measured by; null: nothing is saved yet. */
export function useDraft(begin: Graph, saved: Graph | null): Draft {
  const [history, act] = useReducer(changeHistory, { past: [], now: begin, future: [], group: null });
  const dirty = useMemo(() => saved === null || !isEmptyDiff(graphDiff(saved, history.now)), [saved, history.now]);
  return {
    graph: history.now,
    dirty,
    change: (graph, group) => act({ kind: "change", graph, group: group ?? null }),
    undo: history.past.length === 0 ? null : () => act({ kind: "undo" }),
    redo: history.future.length === 0 ? null : () => act({ kind: "redo" }),
  };
}
