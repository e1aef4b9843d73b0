import type { NodeRun } from "@/api/types";
import { count } from "@/format/number";

/** "120 in → 14 true, 106 false". */
export function flowWords({ items_in: arrived, items_out: left, items_pending: pending }: Pick<NodeRun, "items_in" | "items_out" | "items_pending">): string {
  const ports = Object.entries(left).map(([port, items]) => `${count(items)} ${port}`);
  const waiting = pending > 0 ? [`${count(pending)} waiting`] : [];
  const out = [...ports, ...waiting];
  return out.length === 0 ? `${count(arrived)} in` : `${count(arrived)} in → ${out.join(", ")}`;
}
