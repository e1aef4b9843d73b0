/** Decimals as text, computed with exactly: no amount passes through a float. */

const PLAIN = /^(\d{1,15})(?:\.(\d{0,18}))?$/;
const TRILLIONTHS = 12;

/** Moves the point: `shiftPoint("12.5", -2)` is "0.125". Null when the text is no plain decimal of at least 0. */
export function shiftPoint(text: string, places: number): string | null {
  const match = PLAIN.exec(text.trim());
  if (match === null) return null;
  const [, head = "0", tail = ""] = match;
  const digits = (places > 0 ? head + tail.padEnd(places, "0") : head.padStart(1 - places, "0") + tail).replace(/^$/, "0");
  const point = (places > 0 ? head.length : Math.max(head.length, 1 - places)) + places;
  const whole = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const rest = digits.slice(point).replace(/0+$/, "");
  return rest === "" ? whole : `${whole}.${rest}`;
}

/** 0.125 → "12.5": a ratio in per cent, or a price in cents. */
export function inHundredths(text: string | null | undefined): string {
  return text === null || text === undefined ? "" : (shiftPoint(text, 2) ?? text);
}

/** What was typed in per cent or cents, as the API takes it; null when it is no number. */
export function fromHundredths(text: string): string | null {
  return shiftPoint(text, -2);
}

function scaled(text: string): bigint | null {
  const shifted = shiftPoint(text, TRILLIONTHS);
  return shifted === null ? null : BigInt(shifted.split(".")[0] ?? "0");
}

/** Below, equal or above 0; null when one of them is no decimal of at least 0. */
export function compareDecimals(left: string, right: string): number | null {
  const [first, second] = [scaled(left), scaled(right)];
  if (first === null || second === null) return null;
  return first < second ? -1 : first > second ? 1 : 0;
}

/** The product, cut after twelve decimals; null when one of them is no decimal of at least 0. */
export function timesDecimal(left: string, right: string): string | null {
  const [first, second] = [scaled(left), scaled(right)];
  if (first === null || second === null) return null;
  return shiftPoint((first * second / 10n ** BigInt(TRILLIONTHS)).toString().padStart(1, "0"), -TRILLIONTHS);
}

/** The difference, not below 0; null when one of them is no decimal of at least 0. */
export function minusDecimal(left: string, right: string): string | null {
  const [first, second] = [scaled(left), scaled(right)];
  if (first === null || second === null) return null;
  return shiftPoint((first > second ? first - second : 0n).toString(), -TRILLIONTHS);
}
