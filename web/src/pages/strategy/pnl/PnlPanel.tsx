import { useState } from "react";
import type { PositionMark, StrategyPnl } from "@/api/types";
import { cents, plural, shares, usdc } from "@/format/number";
import { Signed } from "@/pnl/PnlFigures";
import { PnlSheet } from "@/pnl/PnlSheet";
import { useStrategyEquity, useStrategyPnl, type Range } from "@/queries/pnl";
import { Moment } from "@/ui/Moment";
import { Failure } from "@/ui/Notice";
import { Panel } from "@/ui/Panel";
import table from "../Table.module.css";
import classes from "./PnlPanel.module.css";

/** What the strategy gained, over its whole life and over time. Nothing at all before its first trade. */
export function PnlPanel({ strategyId }: { strategyId: string }) {
  const pnl = useStrategyPnl(strategyId);
  const [range, setRange] = useState<Range>("7");
  const equity = useStrategyEquity(strategyId, range);
  if (pnl.data === undefined) {
    return pnl.isError ? (
      <Panel className={classes.panel}>
        <Failure what="Profit and loss could not be loaded" error={pnl.error} onRetry={() => void pnl.refetch()} />
      </Panel>
    ) : null;
  }
  if (!hasTraded(pnl.data)) return null;
  return (
    <Panel className={classes.panel}>
      <PnlSheet
        title="Profit and loss"
        pnl={pnl.data}
        equity={equity}
        range={range}
        onRange={setRange}
        exportPath={`/api/strategies/${strategyId}/trades/export`}
      />
      {pnl.data.positions.length === 0 ? null : <Positions positions={pnl.data.positions} />}
    </Panel>
  );
}

function hasTraded(pnl: StrategyPnl): boolean {
  return pnl.positions.length > 0 || pnl.closed_trades > 0 || Number(pnl.realised) !== 0 || Number(pnl.fees) !== 0;
}

const BASES: Record<PositionMark["basis"], string> = {
  bid: "best bid",
  no_bid: "no bid, counts as 0",
  closed: "market closed, the venue's price",
  unknown: "the venue tells no price",
  unread: "not read yet",
};

function Positions({ positions }: { positions: readonly PositionMark[] }) {
  return (
    <details className={classes.positions}>
      <summary>{plural(positions.length, "open position")} at the price of now</summary>
      <div className={table.scroll}>
        <table className={table.table}>
          <caption hidden>Open positions at the price of now</caption>
          <thead>
            <tr>
              <th scope="col">Market</th>
              <th scope="col" className={table.num}>Shares</th>
              <th scope="col" className={table.num}>Cost</th>
              <th scope="col" className={table.num}>Price</th>
              <th scope="col" className={table.num}>Value</th>
              <th scope="col" className={table.num}>Unrealised</th>
              <th scope="col">Read</th>
            </tr>
          </thead>
          <tbody>
            {positions.map((each) => (
              <tr key={each.position_id}>
                <td className={table.question}>
                  {each.question}
                  <span className={table.sub}>{each.outcome}</span>
                </td>
                <td className={table.num} data-label="Shares">{shares(each.shares)}</td>
                <td className={table.num} data-label="Cost">{usdc(each.cost)}</td>
                <td className={table.num} data-label="Price">
                  {cents(each.price)}
                  <span className={table.sub}>{BASES[each.basis]}</span>
                </td>
                <td className={table.num} data-label="Value">{usdc(each.value)}</td>
                <td className={table.num} data-label="Unrealised">
                  <Signed amount={each.unrealised} />
                </td>
                <td className={table.quiet} data-label="Read">
                  <Moment at={each.observed_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
