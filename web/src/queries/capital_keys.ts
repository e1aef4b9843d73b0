/** Names of answers about money. What belongs to one strategy lies below `strategy(id)` of keys.ts, so it is refreshed with it. */
export const pnlKeys = {
  strategy: (id: string) => ["strategy", id, "pnl"] as const,
  account: ["capital", "pnl"] as const,
};

export const capitalKeys = { all: ["capital"] as const, allocations: ["capital", "allocations"] as const };
