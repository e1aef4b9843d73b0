import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { sentenceOf } from "@/api/problem";
import type { Market } from "@/api/types";
import { scalarWords } from "@/graph/setting_words";
import { useFormulaPreview } from "@/queries/formulas";
import { MarketSelect } from "@/ui/MarketSelect";
import { Pill } from "@/ui/Pill";
import classes from "./Formula.module.css";

const TYPING_MS = 400;

/** What the formula gives for a market of now: the values that go in, and the sentence an execution would write. */
export function FormulaPreview({ formula, readable }: { formula: string; readable: boolean }) {
  const [market, setMarket] = useState<Market | null>(null);
  const [asked] = useDebouncedValue(readable ? formula : "", TYPING_MS);
  return (
    <div className={classes.preview}>
      <MarketSelect label="Try it on a market" description="With its numbers of now" value={market} onChange={setMarket} />
      {market === null || asked === "" || !readable ? null : <Result formula={asked} marketId={market.id} />}
    </div>
  );
}

function Result({ formula, marketId }: { formula: string; marketId: string }) {
  const check = useFormulaPreview(formula, marketId);
  if (check.isPending) return <p className={classes.quiet} role="status">Computing…</p>;
  if (check.data === undefined) return <p className={classes.bad} role="alert">{sentenceOf(check.error)}</p>;
  const { preview, problem } = check.data;
  if (preview === null) return <p className={classes.bad}>The formula {problem ?? "cannot be computed"}.</p>;
  const good = preview.port === "true" || preview.port === "value";
  return (
    <div className={classes.result} role="status" aria-busy={check.isPlaceholderData}>
      <p>
        <Pill small tone={preview.port === null ? "wait" : good ? "good" : "idle"}>
          {preview.port === null ? "stops here" : `leaves by ${preview.port}`}
        </Pill>{" "}
        {preview.sentence}
      </p>
      {preview.values.length === 0 ? null : (
        <dl className={classes.values}>
          {preview.values.map(({ name, value, unit, unknown }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value === null ? `not known: ${unknown ?? "it is not there"}` : `${scalarWords(value)} ${unit}`}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
