/** Spans of the week, in words. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

export interface WindowValues {
  days: Day[];
  /** "HH:MM" of the schedule's time zone. */
  start: string;
  end: string;
}

const DAY_WORDS: Record<Day, string> = { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" };

function daysWords(days: readonly Day[]): string {
  if (days.length === DAYS.length) return "Every day";
  const runs: Day[][] = [];
  let last: number | null = null;
  DAYS.forEach((day, place) => {
    if (!days.includes(day)) return;
    if (last === place - 1) runs.at(-1)?.push(day);
    else runs.push([day]);
    last = place;
  });
  return runs
    .map((run) => {
      const [first, end] = [run[0], run.at(-1)];
      if (first === undefined || end === undefined) return "";
      return run.length > 2 ? `${DAY_WORDS[first]}–${DAY_WORDS[end]}` : run.map((day) => DAY_WORDS[day]).join(", ");
    })
    .join(", ");
}

/** "Mon–Fri, 09:00 to 17:00"; an end before the start is on the next day. */
export function windowWords({ days, start, end }: WindowValues): string {
  if (days.length === 0 || start === "" || end === "") return "";
  const span = start === end ? (start === "00:00" ? "the whole day" : `a whole day from ${start}`) : `${start} to ${end}${end < start ? " on the next day" : ""}`;
  return `${daysWords(days)}, ${span}`;
}
