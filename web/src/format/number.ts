/** Numbers as this product writes them. Decimal strings stay decimal strings: only the display is rounded. */

const NONE = "—";
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function grouped(text: string): string {
  const negative = text.startsWith("-");
  const [head = "0", tail] = (negative ? text.slice(1) : text).split(".");
  const digits = head.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${negative ? "−" : ""}${digits}${tail === undefined ? "" : `.${tail}`}`;
}

/** Rounds decimal text half away from zero without passing through a float. */
export function roundDecimal(text: string, places: number): string {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (match === null) {
    const value = Number(text);
    return Number.isFinite(value) ? value.toFixed(places) : text;
  }
  const [, sign = "", head = "0", tail = ""] = match;
  const kept = (tail + "0".repeat(places)).slice(0, places);
  let scaled = BigInt(head + kept);
  if ((tail[places] ?? "0") >= "5") scaled += 1n;
  const digits = scaled.toString().padStart(places + 1, "0");
  const text2 = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return scaled === 0n ? text2 : sign + text2;
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : whole.format(value);
}

/** "$1,250.00"; the sign comes first. */
export function usdc(value: string | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  const text = grouped(roundDecimal(value, 2));
  return text.startsWith("−") ? `−$${text.slice(1)}` : `$${text}`;
}

/** Profit and loss: always with its sign, so that colour is never the only cue. */
export function signedUsdc(value: string | null | undefined): string {
  const text = usdc(value);
  return value === null || value === undefined || text.startsWith("−") || text === "$0.00" ? text : `+${text}`;
}

/** A price between 0 and 1, in cents: "52.5¢". */
export function cents(value: string | null | undefined): string {
  if (value === null || value === undefined || value === "") return NONE;
  const moved = roundDecimal((Number(value) * 100).toFixed(4), 2);
  return `${moved.replace(/\.?0+$/, "")}¢`;
}

/** "$1.2M", for volumes where digits do not matter. */
export function shortUsdc(value: string | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  const amount = Number(value);
  if (!Number.isFinite(amount)) return NONE;
  return `$${new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 }).format(amount)}`;
}

export function shares(value: string | null | undefined): string {
  return value === null || value === undefined ? NONE : grouped(roundDecimal(value, 2)).replace(/\.00$/, "");
}

/** A ratio (0.625) as "62.5%". */
export function percent(ratio: number | string | null | undefined, places = 1): string {
  if (ratio === null || ratio === undefined) return NONE;
  const value = Number(ratio) * 100;
  if (!Number.isFinite(value)) return NONE;
  const text = value.toFixed(places).replace(/\.0+$/, "");
  return `${text.replace("-", "−")}%`;
}

export function signedPercent(ratio: number | string | null | undefined): string {
  const text = percent(ratio, 2);
  return text === NONE || text.startsWith("−") || Number(ratio) === 0 ? text : `+${text}`;
}

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}
