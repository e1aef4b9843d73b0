import type { Strategy } from "@/api/types";
import { plural } from "@/format/number";
import { isWindingDown } from "@/ui/status_words";

type Ended = Pick<Strategy, "desired_state" | "stop_choice" | "wound_down_at">;

/** What follows the first words of the notice: ": 2 positions left to sell, 1 order open." */
export function leftWords(strategy: Ended, positions: number, orders: number): string {
  const open = orders === 0 ? "" : `${plural(orders, "order")} open`;
  if (!isWindingDown(strategy)) {
    if (positions === 0) return ": nothing is left.";
    return ` with ${plural(positions, "position")} kept; the exits go on watching.`;
  }
  const held = strategy.stop_choice === "flatten" ? `${plural(positions, "position")} left` : positions === 0 ? "" : `${plural(positions, "position")} kept`;
  const parts = [held, open].filter((part) => part !== "");
  return parts.length === 0 ? ": orders are being ended." : `: ${parts.join(", ")}.`;
}
