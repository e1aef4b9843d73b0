import { compareDecimals, fromHundredths, inHundredths } from "@/format/decimal";
import type { ExitRule } from "@/api/types";

export type ExitKind = ExitRule["kind"];

export interface KindWords {
  kind: ExitKind;
  title: string;
  /** What it watches, in a sentence. */
  says: string;
  /** The name of its number, in per cent; null for rules of time. */
  percent: string | null;
  percentMax: string;
  /** An exact price can take the number's place. */
  priced: boolean;
}

export const EXIT_KINDS: readonly KindWords[] = [
  { kind: "stop_loss", title: "Stop loss", says: "Sells when the best bid falls this far below the entry price.", percent: "Below entry", percentMax: "100", priced: true },
  { kind: "take_profit", title: "Take profit", says: "Sells when the best bid rises this far above the entry price.", percent: "Above entry", percentMax: "100000", priced: true },
  { kind: "trailing_stop", title: "Trailing stop", says: "Sells when the best bid falls this far below the highest one since entry.", percent: "Below the highest bid", percentMax: "100", priced: false },
  { kind: "breakeven", title: "Breakeven", says: "Once the gain was this large, sells when the best bid is back at the entry price.", percent: "Gain that wakes it", percentMax: "100000", priced: false },
  { kind: "time_exit", title: "Time exit", says: "Sells so long after the position was opened.", percent: null, percentMax: "", priced: false },
  { kind: "before_resolution", title: "Before resolution", says: "Sells so long before the market ends.", percent: null, percentMax: "", priced: false },
];

export const RULES_MAX = 20;
const MINUTES_MAX = 5_256_000;
const HOLD_MAX = 3600;

export function wordsOf(kind: ExitKind): KindWords {
  const found = EXIT_KINDS.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no exit of kind ${kind}`);
  return found;
}

/** A rule as it is typed: per cent and cents, empty for what is not set. */
export interface ExitDraft {
  /** The rule's name once it has one; a new rule gets its name when it is saved. */
  rule: string | null;
  kind: ExitKind;
  measure: "percent" | "price";
  percent: string;
  cents: string;
  activation: string;
  minutes: string;
  hold: string;
  part: string;
  floor: string;
  slippage: string;
}

export function newDraft(kind: ExitKind): ExitDraft {
  const percent = { stop_loss: "10", take_profit: "20", trailing_stop: "10", breakeven: "10", time_exit: "", before_resolution: "" }[kind];
  const minutes = kind === "time_exit" ? "1440" : kind === "before_resolution" ? "60" : "";
  return { rule: null, kind, measure: "percent", percent, cents: "", activation: "", minutes, hold: "0", part: "100", floor: "", slippage: "" };
}

export function draftOf(rule: ExitRule): ExitDraft {
  return {
    rule: rule.rule,
    kind: rule.kind,
    measure: rule.price == null ? "percent" : "price",
    percent: inHundredths(rule.ratio),
    cents: inHundredths(rule.price),
    activation: inHundredths(rule.activation_ratio),
    minutes: rule.minutes == null ? "" : String(rule.minutes),
    hold: String(rule.hold_seconds),
    part: inHundredths(rule.part_ratio),
    floor: inHundredths(rule.price_floor),
    slippage: inHundredths(rule.slippage_max),
  };
}

/** What a person changes: the rules that watch or sell. One that is used up would watch again if it were sent, and sell at once. */
export function draftsOf(exits: readonly (ExitRule & { state: string })[]): ExitDraft[] {
  return exits.filter(({ state }) => state !== "off").map(draftOf);
}

export type DraftProblems = Partial<Record<keyof ExitDraft, string>>;

function above(text: string, least: string, most: string): boolean {
  return compareDecimals(text, least) === 1 && (compareDecimals(text, most) ?? 1) <= 0;
}

function wholeUpTo(text: string, least: number, most: number): boolean {
  return /^\d{1,7}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
}

function priceProblem(text: string): string | null {
  return compareDecimals(text, "0") === 1 && compareDecimals(text, "100") === -1 ? null : "More than 0 and less than 100 cents.";
}

/** What is wrong with a draft, a sentence per field; the server checks again. */
export function draftProblems(draft: ExitDraft): DraftProblems {
  const problems: DraftProblems = {};
  const words = wordsOf(draft.kind);
  if (words.percent === null) {
    if (!wholeUpTo(draft.minutes, 1, MINUTES_MAX)) problems.minutes = "A whole number of minutes from 1 to 5,256,000.";
  } else if (draft.measure === "price" && words.priced) {
    const wrong = priceProblem(draft.cents);
    if (wrong !== null) problems.cents = wrong;
  } else if (!above(draft.percent, "0", words.percentMax) || (words.percentMax === "100" && compareDecimals(draft.percent, "100") === 0)) {
    problems.percent = words.percentMax === "100" ? "More than 0 and less than 100 per cent." : "More than 0 per cent.";
  }
  if (draft.kind === "trailing_stop" && draft.activation !== "" && !above(draft.activation, "0", "100000")) problems.activation = "More than 0 per cent, or empty.";
  if (!wholeUpTo(draft.hold, 0, HOLD_MAX)) problems.hold = "A whole number of seconds from 0 to 3,600.";
  if (!above(draft.part, "0", "100")) problems.part = "More than 0 and at most 100 per cent.";
  if (draft.floor !== "" && priceProblem(draft.floor) !== null) problems.floor = `${priceProblem(draft.floor) ?? ""} Or empty.`;
  if (draft.slippage !== "" && compareDecimals(draft.slippage, "0") === null) problems.slippage = "A number of per cent, or empty.";
  else if (draft.slippage !== "" && compareDecimals(draft.slippage, "100") === 1) problems.slippage = "At most 100 per cent.";
  return problems;
}

function optional(text: string): string | null {
  return text.trim() === "" ? null : fromHundredths(text);
}

/** The rules to send. New ones are named after their kind: take_profit, take_profit_2. Only for drafts without problems. */
export function rulesOf(drafts: readonly ExitDraft[]): ExitRule[] {
  const taken = new Set(drafts.flatMap(({ rule }) => (rule === null ? [] : [rule])));
  return drafts.map((draft) => {
    const rule = draft.rule ?? freeName(draft.kind, taken);
    taken.add(rule);
    const { percent, priced } = wordsOf(draft.kind);
    const byPrice = priced && draft.measure === "price";
    return {
      rule,
      kind: draft.kind,
      ratio: percent === null || byPrice ? null : fromHundredths(draft.percent),
      price: byPrice ? fromHundredths(draft.cents) : null,
      activation_ratio: draft.kind === "trailing_stop" ? optional(draft.activation) : null,
      minutes: percent === null ? Number(draft.minutes) : null,
      hold_seconds: Number(draft.hold),
      part_ratio: fromHundredths(draft.part) ?? "1",
      price_floor: optional(draft.floor),
      slippage_max: optional(draft.slippage),
    };
  });
}

function freeName(kind: ExitKind, taken: ReadonlySet<string>): string {
  for (let place = 1; ; place += 1) {
    const name = place === 1 ? kind : `${kind}_${place}`;
    if (!taken.has(name)) return name;
  }
}
