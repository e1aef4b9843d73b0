import { useState } from "react";
import type { StrategyPnl } from "@/api/types";
import { PnlSheet } from "@/pnl/PnlSheet";
import { useStrategyEquity, useStrategyPnl, type Range } from "@/queries/pnl";
import { Failure } from "@/ui/Notice";
import { Panel } from "@/ui/Panel";
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
    </Panel>
  );
}

function hasTraded(pnl: StrategyPnl): boolean {
  return pnl.positions.length > 0 || pnl.closed_trades > 0 || Number(pnl.realised) !== 0 || Number(pnl.fees) !== 0;
}
