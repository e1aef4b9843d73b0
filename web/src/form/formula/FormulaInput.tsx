import { Textarea } from "@mantine/core";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import type { MathJsInstance } from "mathjs";
import type { MetricWords } from "../parameter_fields";
import { checkFormula } from "./check_formula";
import { complete, completions, wordBefore, type Completion } from "./complete_formula";
import classes from "./Formula.module.css";
import { FormulaPreview } from "./FormulaPreview";
import { loadMathjs } from "./mathjs_engine";

interface FormulaInputProps {
  label: string;
  description: string | null;
  error: ReactNode;
  value: string;
  metrics: MetricWords[];
  lengthMax: number | null;
  onChange: (value: string) => void;
}

function useMathjs(): MathJsInstance | null {
  const [math, setMath] = useState<MathJsInstance | null>(null);
  useEffect(() => {
    let here = true;
    // Without it the server still judges the formula.
    loadMathjs().then((loaded) => here && setMath(() => loaded), () => undefined);
    return () => {
      here = false;
    };
  }, []);
  return math;
}

/** A formula, judged while it is typed, with completion of names and a preview on a market of now. */
export function FormulaInput({ label, description, error, value, metrics, lengthMax, onChange }: FormulaInputProps) {
  const math = useMathjs();
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [chosen, setChosen] = useState(0);
  const names = metrics.map(({ name }) => name);
  const judged = math === null || value.trim() === "" ? null : checkFormula(math, value, names, lengthMax);
  const word = caret === null ? null : wordBefore(value, caret);
  const offered = completions(word, metrics);
  const at = Math.min(chosen, offered.length - 1);
  const take = (completion: Completion) => {
    if (word === null) return;
    const done = complete(value, word, completion);
    onChange(done.formula);
    setCaret(null);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(done.caret, done.caret);
    });
  };
  const press = (event: KeyboardEvent) => {
    if (offered.length === 0) return;
    const completion = offered[at];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") setChosen((at + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
    else if (event.key === "Enter" && completion !== undefined) take(completion);
    else if (event.key === "Escape") setCaret(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={classes.formula}>
      <Textarea
        ref={field}
        label={label}
        description={description}
        error={judged?.fault ?? error}
        classNames={{ input: classes.input }}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        aria-autocomplete="list"
        aria-controls={offered.length > 0 ? listId : undefined}
        aria-activedescendant={offered.length > 0 ? `${listId}-${at}` : undefined}
        value={value}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart);
          setChosen(0);
        }}
        onKeyDown={press}
        onBlur={() => setCaret(null)}
      />
      {offered.length === 0 ? null : (
        <ul id={listId} role="listbox" aria-label="Names that fit" className={classes.offered}>
          {offered.map((completion, place) => (
            <li
              key={completion.text}
              id={`${listId}-${place}`}
              role="option"
              aria-selected={place === at}
              className={classes.option}
              // Before the field loses its focus, which would take the list away.
              onMouseDown={(event) => {
                event.preventDefault();
                take(completion);
              }}
            >
              <code>{completion.text}</code> <span>{completion.help}</span>
            </li>
          ))}
        </ul>
      )}
      <FormulaPreview formula={value.trim()} readable={judged === null ? value.trim() !== "" : judged.fault === null} />
    </div>
  );
}
