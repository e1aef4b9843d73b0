import type { ClosePosition } from "@/api/types";
import { compareDecimals, fromHundredths, minusDecimal, timesDecimal } from "@/format/decimal";
import { cents, percent, shares as sharesWords, usdc } from "@/format/number";

/** What a person asks to be sold of one position, as typed: per cent and cents. */
export interface CloseValues {
  measure: "all" | "part" | "shares";
  percent: string;
  shares: string;
  orderType: "market" | "limit";
  limit: string;
  floor: string;
  slippage: string;
  persistent: boolean;
}

export const CLOSE_FIRST: CloseValues = { measure: "all", percent: "50", shares: "", orderType: "market", limit: "", floor: "", slippage: "", persistent: true };

/** What is held of the position; `offered` is in sell orders already. `bid` null: nobody bids, or it is not known. */
export interface Held {
  outcome: string;
  shares: string;
  offered: string;
  bid: string | null;
}

export type CloseProblems = Partial<Record<keyof CloseValues, string>>;

function isPrice(text: string): boolean {
  return compareDecimals(text, "0") === 1 && compareDecimals(text, "100") === -1;
}

export function closeProblems(values: CloseValues, held: Held): CloseProblems {
  const problems: CloseProblems = {};
  if (values.measure === "part" && !(compareDecimals(values.percent, "0") === 1 && (compareDecimals(values.percent, "100") ?? 1) <= 0)) {
    problems.percent = "More than 0 and at most 100 per cent.";
  }
  if (values.measure === "shares") {
    if ((compareDecimals(values.shares, "0.01") ?? -1) < 0) problems.shares = "A number of shares, at least 0.01.";
    else if (compareDecimals(values.shares, held.shares) === 1) problems.shares = `You hold ${sharesWords(held.shares)}.`;
  }
  if (values.orderType === "limit" && !isPrice(values.limit)) problems.limit = "More than 0 and less than 100 cents.";
  if (values.orderType === "market") {
    if (values.floor !== "" && !isPrice(values.floor)) problems.floor = "More than 0 and less than 100 cents, or empty.";
    if (values.slippage !== "" && (compareDecimals(values.slippage, "100") ?? 1) > 0) problems.slippage = "From 0 to 100 per cent, or empty.";
  }
  return problems;
}

/** The request's body; only for values without problems. */
export function closeBody(values: CloseValues): ClosePosition {
  const market = values.orderType === "market";
  const optional = (text: string) => (text.trim() === "" ? {} : { value: fromHundredths(text) ?? text });
  const floor = market ? optional(values.floor).value : undefined;
  const slippage = market ? optional(values.slippage).value : undefined;
  return {
    all: values.measure === "all",
    ...(values.measure === "part" ? { part_ratio: fromHundredths(values.percent) ?? "1" } : {}),
    ...(values.measure === "shares" ? { shares: values.shares.trim() } : {}),
    order_type: values.orderType,
    ...(market ? {} : { limit_price: fromHundredths(values.limit) ?? values.limit }),
    ...(floor === undefined ? {} : { price_floor: floor }),
    ...(slippage === undefined ? {} : { slippage_max: slippage }),
    persistent: values.persistent,
  };
}

/** The shares that are meant; null while they cannot be told. */
export function sharesMeant(values: CloseValues, held: Held): string | null {
  if (values.measure === "all") return held.shares;
  if (values.measure === "shares") return compareDecimals(values.shares, "0") === 1 ? values.shares.trim() : null;
  const ratio = fromHundredths(values.percent);
  return ratio === null ? null : timesDecimal(held.shares, ratio);
}

/** What pressing the button does, in sentences. */
export function closeWords(values: CloseValues, held: Held): string {
  const meant = sharesMeant(values, held);
  if (meant === null || Object.keys(closeProblems(values, held)).length > 0) return "Fill in what is marked to see what it does.";
  const part = values.measure === "part" ? `${percent(fromHundredths(values.percent))}, ` : "";
  const what = `Sells ${part}${sharesWords(meant)} of ${sharesWords(held.shares)} ${held.outcome} shares`;
  const how =
    values.orderType === "limit"
      ? ` at ${cents(fromHundredths(values.limit))} or better; the order rests until somebody pays that.`
      : ` at the best bids there are${values.floor === "" ? "" : `, never below ${cents(fromHundredths(values.floor))}`}${values.slippage === "" ? "" : `, at most ${percent(fromHundredths(values.slippage))} below the best`}.`;
  const value = values.orderType === "market" && held.bid !== null ? timesDecimal(meant, held.bid) : null;
  const worth = value === null ? (values.orderType === "market" && held.bid === null ? " Nobody bids just now." : "") : ` At the bid of ${cents(held.bid)} that is about ${usdc(value)} before fees.`;
  const free = minusDecimal(held.shares, held.offered) ?? held.shares;
  const offered = compareDecimals(meant, free) === 1 ? ` ${sharesWords(held.offered)} are offered already and are not sold twice.` : "";
  const again = values.persistent ? " What is not sold at once is tried again until it is." : " What is not sold at once is kept.";
  return what + how + worth + offered + (values.orderType === "limit" ? "" : again);
}
