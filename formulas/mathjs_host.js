/* Runs inside QuickJS, after mathjs: the only functions that Python calls. Answers are one letter and text. */
(function (compiledMax, textMax) {
  "use strict";
  const math = globalThis.math;
  const parse = math.parse;
  const isUnit = (name) => math.Unit.isValuelessUnit(name);
  const library = math.expression.mathWithTransform;

  // "and", "or" and other lazy functions compile their arguments each time they are evaluated; once is enough.
  const compile = math.Node.prototype.compile;
  const done = new WeakMap();
  math.Node.prototype.compile = function () {
    if (!done.has(this)) done.set(this, compile.call(this));
    return done.get(this);
  };

  // What changes the library for everybody, reads text as a program or works on programs.
  const REFUSED = [
    "chain", "compile", "config", "create", "createUnit", "derivative", "evaluate", "help", "import", "leafCount",
    "parse", "parser", "rationalize", "replacer", "resolve", "reviver", "simplify", "simplifyConstant", "simplifyCore",
    "symbolicEqual", "typed",
  ];
  const refused = new Set(REFUSED);
  // Warm: mathjs makes its functions when they are first used, some of them out of what is taken away below.
  for (const text of ["mean([1, 2])", "std([1, 2, 3])", "5 cm to inch", "bignumber(1) + 1", "fraction(1, 2) + 1", "map([1], f(x) = x)"]) {
    parse(text).compile().evaluate(new Map());
  }
  for (const name of REFUSED) {
    if (!(name in library)) continue;
    const refuse = () => { throw new Error(name + " cannot be used in a formula"); };
    Object.defineProperty(library, name, { value: refuse, writable: false, configurable: false, enumerable: true });
  }
  // mathjs refuses the ways to a function's constructor; should one of them be left, it leads nowhere.
  const NoFunction = function () { throw new TypeError("functions cannot be made from text"); };
  NoFunction.prototype = Function.prototype;
  for (const made of [function () {}, function* () {}, async function () {}, async function* () {}]) {
    Object.defineProperty(Object.getPrototypeOf(made), "constructor", { value: NoFunction, writable: false, configurable: false });
  }
  globalThis.Function = NoFunction;
  globalThis.eval = undefined;

  /* Names a formula gives itself: variables, functions and their parameters. */
  function ownNames(node) {
    const own = new Set();
    node.traverse((part) => {
      if (part.isAssignmentNode && part.object.isSymbolNode) own.add(part.object.name);
      if (part.isFunctionAssignmentNode) [part.name, ...part.params].forEach((name) => own.add(name));
    });
    return own;
  }

  function parsed(formula) {
    const node = parse(formula);
    node.traverse((part) => {
      const name = part.isSymbolNode || part.isFunctionAssignmentNode ? part.name : undefined;
      if (refused.has(name)) throw new Error(name + " cannot be used in a formula");
      // mathjs makes a function when it is first looked at, which may take longer than any evaluation may.
      void library[name];
    });
    return node;
  }

  /* {"names": [[name, called, known to mathjs]]} of all names that the formula does not give itself. */
  function check(formula) {
    const node = parsed(formula);
    node.compile();
    const own = ownNames(node);
    const names = new Map();
    node.traverse((part, path) => {
      if (!part.isSymbolNode || own.has(part.name)) return;
      const called = path === "fn" || (names.get(part.name)?.[0] ?? false);
      names.set(part.name, [called, part.name in library || part.name === "end" || isUnit(part.name)]);
    });
    return JSON.stringify([...names].map(([name, [called, known]]) => [name, called, known]));
  }

  const compiled = new Map();
  let current, names, rows;

  function prepare(formula) {
    current = compiled.get(formula);
    if (current === undefined) current = parsed(formula).compile();
    compiled.delete(formula);
    compiled.set(formula, current);
    if (compiled.size > compiledMax) compiled.delete(compiled.keys().next().value);
  }

  function give(namesJson, rowsJson) {
    names = JSON.parse(namesJson);
    rows = JSON.parse(rowsJson);
  }

  function number(value) {
    if (Number.isNaN(value)) return "ethe result is not a number (NaN)";
    if (!Number.isFinite(value)) return "ethe result is infinite";
    return "n" + String(value);
  }

  function bounded(text) {
    return text.length <= textMax ? text : undefined;
  }

  function result(value) {
    if (value instanceof math.ResultSet) {
      return value.entries.length === 0 ? "ethe formula gives no result" : result(value.entries.at(-1));
    }
    switch (math.typeOf(value)) {
      case "boolean": return value ? "btrue" : "bfalse";
      case "number": return number(value);
      case "bigint": case "BigNumber": case "Fraction": return number(Number(value));
      case "string": return bounded(value) === undefined ? `ethe result is text of more than ${textMax} characters` : "t" + value;
      case "Unit": {
        const standard = value.value === null ? "ethe result is a unit without a number" : number(Number(value.toSI().value));
        if (standard[0] === "e") return standard;
        return "q" + standard.slice(1) + "|" + (bounded(value.toString()) ?? standard.slice(1));
      }
      case "undefined": case "null": return "ethe formula gives no result";
      case "Complex": return "ethe result is a complex number";
      case "DenseMatrix": case "SparseMatrix": case "Array": case "Range": return "ethe result is a list, not one value";
      case "function": return "ethe result is a function";
      default: return "ethe result is no number, truth value or text";
    }
  }

  /* "n1.5", "btrue", "ttext", "q<SI number>|<text>", "u<name of the variable that is not known>", "e<sentence>". */
  function step(index) {
    const row = rows[index];
    const scope = new Map();
    const missing = new Set();
    for (let place = 0; place < names.length; place += 1) {
      if (row[place] === null) missing.add(names[place]);
      else scope.set(names[place], Number(row[place]));
    }
    try {
      return result(current.evaluate(scope));
    } catch (error) {
      const unknown = /^Undefined (?:symbol|function) (\w+)$/.exec(error?.message ?? "");
      if (unknown !== null && missing.has(unknown[1])) return "u" + unknown[1];
      throw error;
    }
  }

  return { check, prepare, give, step, functions: () => JSON.stringify(Object.keys(library).filter((name) => !refused.has(name))) };
})
