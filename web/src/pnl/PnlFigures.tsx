import type { ReactNode } from "react";
import type { AccountPnl, StrategyPnl } from "@/api/types";
import { percent, plural, signedPercent, signedUsdc, usdc } from "@/format/number";
import classes from "./PnlFigures.module.css";

type Figures = StrategyPnl | AccountPnl;

/** The numbers of a P&L; a dash is what is not known. */
export function PnlFigures({ pnl }: { pnl: Figures }) {
  return (
    <dl className={classes.figures} aria-label="Profit and loss">
      <Figure name="Total" more="realised and unrealised">
        <Signed amount={pnl.total} />
      </Figure>
      <Figure name="Realised" more="sold, after fees">
        <Signed amount={pnl.realised} />
      </Figure>
      <Figure name="Unrealised" more="held, at the best bid">
        <Signed amount={pnl.unrealised} />
      </Figure>
      <Figure name="Today" more={pnl.day?.day ?? (pnl.total === null ? "needs market data" : "not counted yet")}>
        <Signed amount={pnl.day?.pnl ?? null} />
      </Figure>
      <Figure name="ROI on capital" more={`of ${usdc(pnl.given)} given`}>
        <span className={tone(pnl.roi_ratio)}>{signedPercent(pnl.roi_ratio)}</span>
      </Figure>
      <Figure name="Trades won" more={pnl.closed_trades === 0 ? "once trades have closed" : `${pnl.won_trades} of ${plural(pnl.closed_trades, "closed trade")}`}>
        {percent(pnl.win_ratio)}
      </Figure>
      <Figure name="Deepest fall" more={pnl.drawdown_max === null ? "once the curve begins" : `${usdc(pnl.drawdown_max)} below the top`}>
        {percent(pnl.drawdown_ratio_max)}
      </Figure>
      <Figure name="Fees" more="inside the numbers above">
        {usdc(pnl.fees)}
      </Figure>
    </dl>
  );
}

function tone(value: string | number | null): string | undefined {
  const amount = Number(value ?? 0);
  if (amount === 0) return undefined;
  return amount > 0 ? classes.good : classes.bad;
}

export function Signed({ amount }: { amount: string | null }) {
  return <span className={tone(amount)}>{signedUsdc(amount)}</span>;
}

function Figure({ name, more, children }: { name: string; more: string; children: ReactNode }) {
  return (
    <div className={classes.cell}>
      <dt>{name}</dt>
      <dd className={classes.value}>{children}</dd>
      <dd className={classes.more}>{more}</dd>
    </div>
  );
}
