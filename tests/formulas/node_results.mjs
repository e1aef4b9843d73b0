/* What Node's own mathjs says: argument 1 is the web folder, stdin a JSON list of [formula, scope], stdout one text each. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const math = createRequire(`${process.argv[2]}/package.json`)("mathjs");

function words(value) {
  if (math.isResultSet(value)) return words(value.entries.at(-1));
  if (typeof value === "boolean") return `boolean ${value}`;
  if (math.isBigNumber(value) || math.isFraction(value) || typeof value === "bigint") value = Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? `number ${value}` : "error";
  if (typeof value === "string") return `text ${value}`;
  if (math.isUnit(value) && value.value !== null) return `quantity ${Number(value.toSI().value)} ${value}`;
  return "error";
}

function answer([formula, scope]) {
  try {
    return words(math.evaluate(formula, { ...scope }));
  } catch {
    return "error";
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(answer)));
