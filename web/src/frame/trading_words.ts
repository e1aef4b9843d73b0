import type { TradingState } from "@/api/types";
import { plural } from "@/format/number";

/** What a trading state that is not active means now. */
export function tradingWords({ state, exits, open_orders_total: open }: Pick<TradingState, "state" | "exits" | "open_orders_total">): string {
  const means = state === "reducing" ? "Nothing is bought, only sold." : exits === "stop" ? "Nothing is bought and nothing is sold." : "Nothing is bought; exits of positions go on.";
  const left = open > 0 ? ` ${plural(open, "order")} being cancelled.` : "";
  return `${means}${left}`;
}
