import type { AllocationRow } from "@/api/types";

/** Shares of the ring in per cent, clockwise from the top. */
export interface RingPart {
  key: string;
  start: number;
  length: number;
  /** 0 to COLOURS - 1 for a strategy, null for cash that no strategy has. */
  colour: number | null;
  /** In positions or set aside for orders; the rest of a strategy's part is available. */
  working: boolean;
}

export const COLOURS = 8;
/** Smaller parts could not be seen, and a table says them anyway. */
const SMALLEST = 0.05;

export interface Capital {
  working: number;
  available: number;
}

/** What a strategy has, positions at cost. */
export function capitalOf(row: AllocationRow): Capital {
  return { working: Number(row.deployed) + Number(row.reserved) + Number(row.settling), available: Number(row.available) };
}

/** The largest strategies have a colour of their own, the others share the last one. */
export function colourOf(rows: readonly AllocationRow[]): Map<string, number> {
  const size = (row: AllocationRow) => capitalOf(row).working + capitalOf(row).available;
  const largest = [...rows].sort((one, other) => size(other) - size(one));
  const own = new Set(largest.slice(0, largest.length > COLOURS ? COLOURS - 1 : COLOURS).map((row) => row.strategy_id));
  let next = 0;
  return new Map(rows.map((row) => [row.strategy_id, own.has(row.strategy_id) ? next++ : COLOURS - 1]));
}

export function ringParts(rows: readonly AllocationRow[], cash: number): RingPart[] {
  const colours = colourOf(rows);
  const wanted = rows.flatMap((row) => {
    const { working, available } = capitalOf(row);
    const colour = colours.get(row.strategy_id) ?? 0;
    return [
      { key: `${row.strategy_id}-working`, amount: working, colour, working: true },
      { key: `${row.strategy_id}-available`, amount: available, colour, working: false },
    ];
  });
  const all = [...wanted, { key: "cash", amount: cash, colour: null, working: false }];
  const total = all.reduce((sum, { amount }) => sum + Math.max(0, amount), 0);
  let start = 0;
  return all.flatMap(({ key, amount, colour, working }) => {
    const length = total > 0 ? (Math.max(0, amount) / total) * 100 : 0;
    const part = { key, start, length, colour, working };
    start += length;
    return length >= SMALLEST ? [part] : [];
  });
}
