import type { MetricWords } from "../parameter_fields";

export interface Completion {
  /** What is put in place of the word. */
  text: string;
  /** What it means. */
  help: string;
}

export interface Word {
  from: number;
  text: string;
}

const FUNCTIONS: [string, string][] = [
  ["abs(", "without its sign"],
  ["ceil(", "the next whole number up"],
  ["exp(", "e to the power of it"],
  ["floor(", "the next whole number down"],
  ["log(", "natural logarithm, or to a base: log(x, 2)"],
  ["log10(", "logarithm to base 10"],
  ["max(", "the largest of several"],
  ["mean(", "the average of several"],
  ["median(", "the middle one of several"],
  ["min(", "the smallest of several"],
  ["round(", "rounded, also to digits: round(x, 2)"],
  ["sign(", "-1, 0 or 1"],
  ["sqrt(", "square root"],
  ["std(", "standard deviation of several"],
  ["and", "both hold"],
  ["or", "at least one holds"],
  ["not", "it does not hold"],
];
const SHOWN = 8;

/** The name that is being typed before the caret; null where none is. */
export function wordBefore(formula: string, caret: number): Word | null {
  const found = /[A-Za-z_][A-Za-z0-9_]*$/.exec(formula.slice(0, caret));
  return found === null ? null : { from: found.index, text: found[0] };
}

/** What the word may become: names that begin with it, then names that contain it. */
export function completions(word: Word | null, variables: readonly MetricWords[]): Completion[] {
  if (word === null) return [];
  const typed = word.text.toLowerCase();
  const all = [
    ...variables.map(({ name, title, unit, description }) => ({ text: name, help: `${title}${unit === "" ? "" : `, ${unit}`}. ${description}` })),
    ...FUNCTIONS.map(([text, help]) => ({ text, help })),
  ];
  const begins = all.filter(({ text }) => text.toLowerCase().startsWith(typed));
  const within = all.filter((one) => typed.length > 1 && !begins.includes(one) && one.text.toLowerCase().includes(typed));
  const found = [...begins, ...within];
  return found.length === 1 && found[0]?.text.toLowerCase() === typed ? [] : found.slice(0, SHOWN);
}

export function complete(formula: string, word: Word, { text }: Completion): { formula: string; caret: number } {
  const end = word.from + word.text.length;
  return { formula: formula.slice(0, word.from) + text + formula.slice(end), caret: word.from + text.length };
}
