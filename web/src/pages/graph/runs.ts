import type { NodeRun } from "@/api/types";

/** What the last dry run made of each node. */
export type Runs = ReadonlyMap<string, NodeRun>;

export const NO_RUNS: Runs = new Map();
