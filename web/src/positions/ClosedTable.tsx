import { Link } from "react-router";
import type { Position } from "@/api/types";
import table from "@/pages/strategy/Table.module.css";
import { Signed } from "@/pnl/PnlFigures";
import { Moment } from "@/ui/Moment";
import { Pill } from "@/ui/Pill";

const REASONS: Record<string, string> = { sold: "sold", resolved: "market resolved", written_off: "rest written off" };

/** Positions of which nothing is left, and what they gained. */
export function ClosedTable({ positions, owners }: { positions: readonly Position[]; owners: boolean }) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <caption hidden>Closed positions</caption>
        <thead>
          <tr>
            <th scope="col">Position</th>
            <th scope="col">Ended</th>
            <th scope="col" className={table.num}>Realised</th>
            <th scope="col">Opened</th>
            <th scope="col">Closed</th>
          </tr>
        </thead>
        <tbody>
          {positions.map((position) => (
            <tr key={position.id}>
              <td className={table.question}>
                {position.outcome}
                <span className={table.sub}>{position.question}</span>
                {owners ? (
                  <span className={table.sub}>
                    <Link to={`/strategies/${position.strategy_id}?tab=positions`}>{position.strategy_name}</Link>
                  </span>
                ) : null}
              </td>
              <td>
                <Pill tone={position.close_reason === "sold" ? "good" : "paper"} small>
                  {REASONS[position.close_reason ?? ""] ?? "closed"}
                </Pill>
              </td>
              <td className={table.num} data-label="Realised">
                <Signed amount={position.realised_pnl} />
              </td>
              <td className={table.quiet} data-label="Opened">
                <Moment at={position.opened_at} />
              </td>
              <td className={table.quiet} data-label="Closed">
                <Moment at={position.closed_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
