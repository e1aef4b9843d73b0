import { IconAlertOctagon } from "@tabler/icons-react";
import { useState } from "react";
import type { DryRun } from "@/api/types";
import { count, plural } from "@/format/number";
import { ClockTime } from "@/ui/Moment";
import classes from "./DryRun.module.css";
import { effectWords, funnel, goesOnLater, outcomeWords, stopsAt, type Funnel } from "./funnel";

const EFFECTS_AT_FIRST = 5;

export function DryRunResult({ run, onGoTo }: { run: DryRun; onGoTo: (id: string) => void }) {
  const titles = new Map(run.nodes.map(({ node_id: id, title }) => [id, title]));
  return (
    <div className={classes.result}>
      {run.failure === null ? null : (
        <p className={classes.failure} role="alert">
          <IconAlertOctagon size={16} aria-hidden />
          <span>
            {run.failure.node_id === null ? null : <b>{titles.get(run.failure.node_id) ?? run.failure.node_id}: </b>}
            {run.failure.message}
          </span>
        </p>
      )}
      <p className={classes.outcome}>{outcomeWords(run)}</p>
      <ol className={classes.funnel} aria-label="Markets into and out of each node">
        {funnel(run.nodes).map((step, place) => (
          <Step key={step.id} step={step} stops={run.nodes[place] === undefined ? { stops: [], untold: 0 } : stopsAt(run.nodes[place])} onGoTo={onGoTo} />
        ))}
      </ol>
      {run.effects.length === 0 ? null : <Effects run={run} titles={titles} />}
      {goesOnLater(run).map(({ id, port, due, items }) => (
        <p key={`${id}-${port}-${due ?? ""}`} className={classes.quiet}>
          {plural(items, "market")} would go on behind {titles.get(id) ?? id}
          {due === null ? `, when the order is ${port}` : ", at "}
          {due === null ? null : <ClockTime at={due} />}.
        </p>
      ))}
    </div>
  );
}

function Step({ step, stops, onGoTo }: { step: Funnel; stops: ReturnType<typeof stopsAt>; onGoTo: (id: string) => void }) {
  const told = stops.stops.length;
  return (
    <li className={classes.step}>
      <div className={classes.stepHead}>
        <button type="button" className={classes.node} onClick={() => onGoTo(step.id)}>
          {step.title}
        </button>
        <span className={classes.numbers}>
          {count(step.arrived)} in → {step.ports.length === 0 ? (step.waiting > 0 ? "" : "0") : step.ports.map(({ port, items }) => (port === "out" ? count(items) : `${count(items)} ${port}`)).join(", ")}
          {step.waiting > 0 ? ` ${count(step.waiting)} waiting` : ""}
        </span>
      </div>
      <div className={classes.bars} aria-hidden>
        <div className={classes.arrived} style={{ width: `${step.wide * 100}%` }} />
        <div className={classes.left} style={{ width: `${step.leftWide * 100}%` }} />
      </div>
      {told === 0 ? null : (
        <details className={classes.stops}>
          <summary>{told === 1 ? "Why a market stopped here" : `Why ${told} markets stopped here`}</summary>
          <ul>
            {stops.stops.map(({ market, question, sentence }) => (
              <li key={market}>
                <b>{question}</b> {sentence}
              </li>
            ))}
          </ul>
          {stops.untold > 0 ? <p>{plural(stops.untold, "more market")} came here; reasons are told for the first ones only.</p> : null}
        </details>
      )}
    </li>
  );
}

function Effects({ run, titles }: { run: DryRun; titles: ReadonlyMap<string, string> }) {
  const [all, setAll] = useState(false);
  const shown = all ? run.effects : run.effects.slice(0, EFFECTS_AT_FIRST);
  const hidden = run.effects.length - shown.length;
  return (
    <section>
      <h3 className={classes.subtitle}>What would have been done</h3>
      <ul className={classes.effects} aria-label="What would have been done">
        {shown.map((effect, place) => (
          <li key={place}>
            <b>{effectWords(effect)}</b> {effect.question === null ? "" : `“${effect.question}”`}
            <span>
              {titles.get(effect.node_id) ?? effect.node_id}
              {effect.reason === "" ? "" : `: ${effect.reason}`}
            </span>
          </li>
        ))}
      </ul>
      {hidden > 0 ? (
        <button type="button" className={classes.more} onClick={() => setAll(true)}>
          Show {count(hidden)} more
        </button>
      ) : null}
      {all && run.effects_total > run.effects.length ? (
        <p className={classes.quiet}>
          The first {count(run.effects.length)} of {count(run.effects_total)} are shown.
        </p>
      ) : null}
    </section>
  );
}
