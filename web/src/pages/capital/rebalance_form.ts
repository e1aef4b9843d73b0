import type { AllocationRow } from "@/api/types";
import { usdc } from "@/format/number";

export interface RebalanceValues {
  from: string;
  to: string;
  amount: string;
}

/** Six decimals, exact: the same text goes to the server. */
function millionths(text: string): bigint | null {
  const match = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text.trim());
  return match === null ? null : BigInt((match[1] ?? "0") + (match[2] ?? "").padEnd(6, "0"));
}

export function rebalanceProblems(values: RebalanceValues, rows: readonly AllocationRow[]): Partial<Record<keyof RebalanceValues, string>> {
  const problems: Partial<Record<keyof RebalanceValues, string>> = {};
  const giver = rows.find((row) => row.strategy_id === values.from);
  if (giver === undefined) problems.from = "Choose the strategy that gives.";
  if (!rows.some((row) => row.strategy_id === values.to)) problems.to = "Choose the strategy that gets.";
  else if (values.to === values.from) problems.to = "Choose another strategy than the one that gives.";
  const amount = millionths(values.amount);
  if (amount === null || amount === 0n) problems.amount = "Must be an amount of USDC above 0, such as 200.";
  else if (giver !== undefined && amount > (millionths(giver.available) ?? 0n)) {
    problems.amount = `${giver.name} has ${usdc(giver.available)} available; what is in positions and orders stays.`;
  }
  return problems;
}

/** What both have available afterwards; null while something is missing. */
export function afterwards(values: RebalanceValues, rows: readonly AllocationRow[]): { name: string; available: string }[] | null {
  if (Object.keys(rebalanceProblems(values, rows)).length > 0) return null;
  const amount = millionths(values.amount) ?? 0n;
  return [
    { id: values.from, change: -amount },
    { id: values.to, change: amount },
  ].flatMap(({ id, change }) => {
    const row = rows.find((each) => each.strategy_id === id);
    const before = row === undefined ? null : millionths(row.available);
    if (row === undefined || before === null) return [];
    const digits = (before + change).toString().padStart(7, "0");
    return [{ name: row.name, available: `${digits.slice(0, -6)}.${digits.slice(-6)}` }];
  });
}
