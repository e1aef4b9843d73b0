import type { DryRun, NodeRun } from "@/api/types";
import { count, plural, usdc } from "@/format/number";

export interface Funnel {
  id: string;
  title: string;
  arrived: number;
  left: number;
  waiting: number;
  /** Part of the widest node, 0 to 1, for the bars. */
  wide: number;
  leftWide: number;
  ports: { port: string; items: number }[];
}

/** How many markets came into and out of each node, in the order of evaluation. */
export function funnel(nodes: readonly NodeRun[]): Funnel[] {
  const leaving = (node: NodeRun) => Object.values(node.items_out).reduce((sum, items) => sum + items, 0);
  const widest = Math.max(1, ...nodes.map((node) => Math.max(node.items_in, leaving(node))));
  return nodes.map((node) => ({
    id: node.node_id,
    title: node.title,
    arrived: node.items_in,
    left: leaving(node),
    waiting: node.items_pending,
    wide: node.items_in / widest,
    leftWide: leaving(node) / widest,
    ports: Object.entries(node.items_out).map(([port, items]) => ({ port, items })),
  }));
}

export interface Stop {
  market: string;
  question: string;
  sentence: string;
}

/** Markets that a node stopped, as far as it tells, and how many more there were. */
export function stopsAt(node: NodeRun): { stops: Stop[]; untold: number } {
  // Behind an end nothing was meant to go on.
  if (node.type === "end") return { stops: [], untold: 0 };
  const stops = node.verdicts.filter(({ port, pending }) => port === null && !pending).map(({ market_id: market, question, sentence }) => ({ market, question, sentence }));
  return { stops, untold: node.verdicts_truncated ? Math.max(0, node.items_in - node.verdicts.length) : 0 };
}

const KINDS: Record<string, string> = {
  add_to_watchlist: "Add to the watchlist",
  remove_from_watchlist: "Remove from the watchlist",
  notify: "Notify",
};

/** "Buy Yes for $20.00", or what else would have been done. */
export function effectWords({ kind, side, outcome, amount }: Omit<DryRun["effects"][number], "kind"> & { kind: string }): string {
  if (kind === "exit_intent") return ["Sell", outcome].filter((part) => part !== null).join(" ");
  if (kind !== "order_intent") return KINDS[kind] ?? kind;
  return [side === "sell" ? "Sell" : "Buy", outcome, amount === null ? null : `for ${usdc(amount)}`].filter((part) => part !== null).join(" ");
}

/** One sentence for all of it. */
export function outcomeWords(run: DryRun): string {
  if (run.failure !== null) return "It broke before anything would have been done.";
  if (run.effects_total === 0) return "Nothing would have been done.";
  const kinds = new Map<string, number>();
  for (const { kind } of run.effects) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  if (run.effects.length < run.effects_total) return `${count(run.effects_total)} things would have been done.`;
  const nouns: Record<string, string> = { add_to_watchlist: "watchlist addition", remove_from_watchlist: "watchlist removal", order_intent: "order", exit_intent: "sale", notify: "notice" };
  return `It would have made ${[...kinds].map(([kind, times]) => plural(times, nouns[kind] ?? kind)).join(", ")}.`;
}

export interface Later {
  id: string;
  port: string;
  due: string | null;
  items: number;
}

/** What would go on later: one line per place and time, however many orders stand behind it. */
export function goesOnLater(run: DryRun): Later[] {
  const found = new Map<string, Later>();
  for (const { node_id: id, port, due_at: due, items } of run.goes_on) {
    const key = `${id}\n${port}\n${due ?? ""}`;
    const before = found.get(key);
    if (before === undefined) found.set(key, { id, port, due, items });
    else before.items += items;
  }
  return [...found.values()];
}
