import { expect, test } from "vitest";
import { checkFormula, nearest } from "./check_formula";
import { complete, completions, wordBefore } from "./complete_formula";
import { math } from "./mathjs_instance";

const KNOWN = ["price", "volume", "volume_24h", "spread", "momentum_1h"];
const fault = (formula: string) => checkFormula(math, formula, KNOWN, 500).fault;

test("a formula of documented variables is taken, and says which it uses", () => {
  expect(checkFormula(math, "volume_24h / volume > 0.1 and spread < 0.02 and momentum_2h > 0", KNOWN, 500)).toEqual({
    fault: null,
    variables: ["volume_24h", "volume", "spread", "momentum_2h"],
  });
  expect(fault("f(x) = x^2; f(price) > 5 cm to inch")).toBeNull();
  expect(fault("a = max(price, 0.5); round(a, 2)")).toBeNull();
});

test("what cannot be read, is not known or is refused is said in words", () => {
  expect(fault("price >")).toMatch(/^It cannot be read: /);
  expect(fault("volum > 5")).toBe("There is no variable “volum”; did you mean “volume”?");
  expect(fault("sqrtt(price)")).toBe("There is no function “sqrtt”; did you mean “sqrt”?");
  expect(fault("evaluate(\"1\")")).toBe("“evaluate” cannot be used in a formula.");
  expect(fault(" ")).toBe("Write a formula.");
  expect(fault("1+".repeat(300))).toBe("At most 500 characters.");
});

test("what is far from everything known gets no suggestion", () => {
  expect(nearest("zzzzzz", KNOWN)).toBeNull();
});

test("the word before the caret is completed in place", () => {
  const variables = KNOWN.map((name) => ({ name, title: name, unit: "", description: "" }));
  const formula = "price > vol and spread";
  const word = wordBefore(formula, 11);
  expect(word).toEqual({ from: 8, text: "vol" });
  const offered = completions(word, variables);
  expect(offered.map(({ text }) => text)).toEqual(["volume", "volume_24h"]);
  if (word === null || offered[0] === undefined) throw new Error("nothing is offered");
  expect(complete(formula, word, offered[0])).toEqual({ formula: "price > volume and spread", caret: 14 });
  expect(completions(wordBefore("price > ", 8), variables)).toEqual([]);
});
