import { useState } from "react";
import type { NodeRun } from "@/api/types";
import { count, plural } from "@/format/number";
import { milliseconds } from "@/format/time";
import classes from "./ExecutionDetails.module.css";
import { verdictWords } from "./verdict_words";

const SHOWN_AT_FIRST = 5;

export function NodeRunLine({ node }: { node: NodeRun }) {
  return (
    <li className={classes.node}>
      <div className={classes.nodeHead}>
        <span className={classes.nodeTitle}>{node.title}</span>
        <span className={classes.flow}>
          {count(node.items_in)} in
          {Object.entries(node.items_out).map(([port, items]) => (
            <span key={port}>
              <span aria-hidden> → </span>
              {count(items)} {port}
            </span>
          ))}
          {node.items_pending > 0 ? `, ${count(node.items_pending)} waiting` : ""}
        </span>
        <span className={classes.took}>{milliseconds(node.duration_ms)}</span>
      </div>
      {node.rule === "" ? null : <p className={classes.rule}>{node.rule}</p>}
      {node.error === null ? null : <p className={classes.error}>{node.error}</p>}
      <Verdicts nodeType={node.type} verdicts={node.verdicts} truncated={node.verdicts_truncated} />
    </li>
  );
}

function Verdicts({ nodeType, verdicts, truncated }: { nodeType: string; verdicts: NodeRun["verdicts"]; truncated: boolean }) {
  const [all, setAll] = useState(false);
  if (verdicts.length === 0) return null;
  const shown = all ? verdicts : verdicts.slice(0, SHOWN_AT_FIRST);
  return (
    <ul className={classes.verdicts}>
      {shown.map((verdict, place) => (
        <li key={`${verdict.market_id}-${verdict.port ?? ""}-${place}`}>
          <span className={classes.question}>{verdict.question}</span>
          <span className={classes.sentence}>{verdictWords(nodeType, verdict)}</span>
        </li>
      ))}
      {verdicts.length > shown.length ? (
        <li>
          <button type="button" className={classes.more} onClick={() => setAll(true)}>
            Show {plural(verdicts.length - shown.length, "more verdict")}
          </button>
        </li>
      ) : null}
      {truncated && verdicts.length === shown.length ? <li>Only the first {count(verdicts.length)} markets are kept with their reasons.</li> : null}
    </ul>
  );
}
