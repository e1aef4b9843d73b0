import type { MathJsInstance, MathNode } from "mathjs";

/** What is wrong with a formula, in a sentence; null when saving would take it. The server has the last word. */
export interface FormulaJudgement {
  fault: string | null;
  /** Variables of the market that it uses, in order. */
  variables: string[];
}

/** As the server refuses them: what changes the library, reads text as a program or works on programs. */
const REFUSED = new Set([
  "chain", "compile", "config", "create", "createUnit", "derivative", "evaluate", "help", "import", "leafCount",
  "parse", "parser", "rationalize", "replacer", "resolve", "reviver", "simplify", "simplifyConstant", "simplifyCore",
  "symbolicEqual", "typed",
]);
const ALIASES = ["volume24h"];
const OWN_WINDOW = /^momentum_\d{1,5}(m|h|d)$/;
const WORDS = new Set(["true", "false", "null", "undefined", "NaN", "Infinity", "end", "i"]);

export function isVariable(name: string, known: readonly string[]): boolean {
  return known.includes(name) || ALIASES.includes(name) || OWN_WINDOW.test(name);
}

function ownNames(math: MathJsInstance, node: MathNode): Set<string> {
  const own = new Set<string>();
  node.traverse((part) => {
    if (math.isAssignmentNode(part) && math.isSymbolNode(part.object)) own.add(part.object.name);
    if (math.isFunctionAssignmentNode(part)) for (const name of [part.name, ...part.params]) own.add(name);
  });
  return own;
}

/** How many letters differ, for finding what was meant. */
function distance(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const change = (before[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      line.push(Math.min(change, (before[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    before = line;
  }
  return before[other.length] ?? Infinity;
}

export function nearest(name: string, known: readonly string[]): string | null {
  const found = known.map((other) => ({ other, far: distance(name, other) })).sort((a, b) => a.far - b.far)[0];
  return found !== undefined && found.far <= Math.max(1, Math.floor(name.length / 3)) ? found.other : null;
}

export function checkFormula(math: MathJsInstance, formula: string, known: readonly string[], lengthMax: number | null): FormulaJudgement {
  const refused = (fault: string): FormulaJudgement => ({ fault, variables: [] });
  const text = formula.trim();
  if (text === "") return refused("Write a formula.");
  if (lengthMax !== null && text.length > lengthMax) return refused(`At most ${lengthMax} characters.`);
  let node: MathNode;
  try {
    node = math.parse(text);
  } catch (error) {
    return refused(error instanceof Error ? `It cannot be read: ${error.message}.` : "It cannot be read.");
  }
  const own = ownNames(math, node);
  const variables: string[] = [];
  const faults: string[] = [];
  const offered = [...known, ...Object.keys(math)];
  node.traverse((part, path) => {
    if (math.isFunctionAssignmentNode(part) && REFUSED.has(part.name)) faults.push(`“${part.name}” cannot be used in a formula.`);
    if (!math.isSymbolNode(part) || own.has(part.name)) return;
    const { name } = part;
    if (REFUSED.has(name)) faults.push(`“${name}” cannot be used in a formula.`);
    else if (path !== "fn" && isVariable(name, known)) variables.push(name);
    else if (!(name in math) && !WORDS.has(name) && !math.Unit.isValuelessUnit(name)) {
      const meant = nearest(name, offered);
      faults.push(`There is no ${path === "fn" ? "function" : "variable"} “${name}”${meant === null ? "" : `; did you mean “${meant}”?`}`.replace(/([^?])$/, "$1."));
    }
  });
  return { fault: faults[0] ?? null, variables: [...new Set(variables)] };
}
