import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import classes from "./ProblemList.module.css";

export interface ShownProblem {
  node_id?: string | null;
  edge_index?: number | null;
  field?: string | null;
  message: string;
  severity?: "error" | "warning";
}

interface ProblemListProps {
  problems: readonly ShownProblem[];
  /** Where each problem can be jumped to. */
  onPick?: (problem: ShownProblem) => void;
}

/** Errors first: they stand in the way of publishing; warnings are only said. */
export function ProblemList({ problems, onPick }: ProblemListProps) {
  const ordered = [...problems].sort((one, other) => Number(one.severity === "warning") - Number(other.severity === "warning"));
  return (
    <ul className={classes.list} aria-label="Problems">
      {ordered.map((problem, place) => {
        const warning = problem.severity === "warning";
        const Look = warning ? IconAlertTriangle : IconCircleX;
        return (
          <li key={place} className={warning ? classes.warning : classes.error}>
            <Look size={15} role="img" aria-label={warning ? "Warning" : "Error"} />
            {onPick === undefined || problem.node_id == null ? (
              <span>{problem.message}</span>
            ) : (
              <button type="button" onClick={() => onPick(problem)}>
                {problem.message}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
