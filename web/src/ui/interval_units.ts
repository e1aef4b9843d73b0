/** An interval as a count and a unit, both ways. Seconds are the API's unit. */
export const INTERVAL_UNITS = [
  { value: "1", label: "seconds" },
  { value: "60", label: "minutes" },
  { value: "3600", label: "hours" },
] as const;

const LONGEST_SECONDS = 30 * 86_400;

export interface IntervalChoice {
  count: string;
  unit: string;
}

export function intervalChoice(seconds: number): IntervalChoice {
  const unit = seconds % 3600 === 0 ? 3600 : seconds % 60 === 0 ? 60 : 1;
  return { count: String(seconds / unit), unit: String(unit) };
}

export function intervalSeconds({ count, unit }: IntervalChoice): number {
  return Number(count) * Number(unit);
}

export function intervalProblem(choice: IntervalChoice): string | null {
  if (!/^\d+$/.test(choice.count.trim()) || Number(choice.count) < 1) return "Must be a whole number of at least 1.";
  return intervalSeconds(choice) > LONGEST_SECONDS ? "At most 30 days." : null;
}
