import type { ExitRule } from "@/api/types";
import { cents, percent } from "@/format/number";
import { duration } from "@/format/time";
import type { Tone } from "@/ui/status_words";
import { wordsOf } from "./exit_rule";

const MINUTE_MS = 60_000;

function part(rule: ExitRule): string {
  return Number(rule.part_ratio) === 1 ? "" : `sells ${percent(rule.part_ratio)}`;
}

function condition(rule: ExitRule): string {
  const ratio = percent(rule.ratio);
  const span = duration((rule.minutes ?? 0) * MINUTE_MS);
  switch (rule.kind) {
    case "stop_loss":
      return rule.price == null ? `at −${ratio}` : `at ${cents(rule.price)} or lower`;
    case "take_profit":
      return rule.price == null ? `at +${ratio}` : `at ${cents(rule.price)} or higher`;
    case "trailing_stop":
      return `${ratio} below the highest bid${rule.activation_ratio == null ? "" : `, from +${percent(rule.activation_ratio)} on`}`;
    case "breakeven":
      return `once it was at +${ratio}`;
    case "time_exit":
      return `${span} after it was opened`;
    case "before_resolution":
      return `${span} before the market ends`;
  }
}

/** "Take profit at +20%, sells 50%, held 5 s, not below 40¢". */
export function exitWords(rule: ExitRule): string {
  const extras = [
    part(rule),
    rule.hold_seconds === 0 ? "" : `held ${rule.hold_seconds} s`,
    rule.price_floor == null ? "" : `not below ${cents(rule.price_floor)}`,
    rule.slippage_max == null ? "" : `at most ${percent(rule.slippage_max)} below the bid`,
  ];
  return [`${wordsOf(rule.kind).title} ${condition(rule)}`, ...extras.filter((extra) => extra !== "")].join(", ");
}

export interface StateWords {
  word: string;
  tone: Tone;
}

const STATES: Record<string, StateWords> = {
  armed: { word: "watching", tone: "good" },
  triggered: { word: "triggered", tone: "wait" },
  off: { word: "off", tone: "idle" },
};

export function exitStateWords(state: string): StateWords {
  return STATES[state] ?? { word: state, tone: "idle" };
}

const ASKERS: Record<string, string> = { user: "asked for by you", flatten: "sells everything" };

/** Who asked for a sale: a rule, a node, a person, or Stop and Withdraw. */
export function askerWords(rule: string): string {
  if (rule.startsWith("node:")) return "asked for by the graph";
  return ASKERS[rule] ?? rule.replaceAll("_", " ");
}
