import { IconReceipt2 } from "@tabler/icons-react";
import type { Trade } from "@/api/types";
import { cents, shares, signedUsdc, usdc } from "@/format/number";
import { useTrades } from "@/queries/strategy";
import { Moment } from "@/ui/Moment";
import { Failure, Notice } from "@/ui/Notice";
import { Pill } from "@/ui/Pill";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import type { Tone } from "@/ui/status_words";
import classes from "./Table.module.css";

export function Trades({ strategyId }: { strategyId: string }) {
  const trades = useTrades(strategyId);
  if (trades.isPending) return <SectionSkeleton />;
  if (trades.data === undefined) {
    return <Failure what="The trades could not be loaded" error={trades.error} onRetry={() => void trades.refetch()} />;
  }
  if (trades.data.items.length === 0) {
    return <Notice icon={<IconReceipt2 size={28} aria-hidden />} title="No trades yet" text="A paper trade appears here as soon as an order is filled. Orders that were denied are under Orders." />;
  }
  return <TradeTable trades={trades.data.items} />;
}

const TRADE_TONES: Record<string, Tone> = { filled: "good", partial: "wait", pending: "idle", cancelled: "idle", settled: "paper" };

function TradeTable({ trades }: { trades: readonly Trade[] }) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <caption hidden>Trades</caption>
        <thead>
          <tr>
            <th scope="col">Market</th>
            <th scope="col">Outcome</th>
            <th scope="col">Status</th>
            <th scope="col" className={classes.num}>
              Shares
            </th>
            <th scope="col" className={classes.num}>
              Entry
            </th>
            <th scope="col" className={classes.num}>
              Cost
            </th>
            <th scope="col" className={classes.num}>
              P&L
            </th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {trades.map((trade) => (
            <tr key={trade.id}>
              <td className={classes.question}>
                {trade.question}
                <span className={classes.sub}>
                  {trade.order_type} order · execution #{trade.number} ·{" "}
                  {trade.source === "sandbox" ? "simulated prices" : "Polymarket prices"}
                </span>
              </td>
              <td data-label="Outcome">{trade.outcome}</td>
              <td>
                <Pill tone={TRADE_TONES[trade.status] ?? "idle"} small>
                  {trade.status}
                </Pill>
              </td>
              <td className={classes.num} data-label="Shares">
                {shares(trade.shares)}
              </td>
              <td className={classes.num} data-label="Entry">
                {cents(trade.entry_price)}
              </td>
              <td className={classes.num} data-label="Cost">
                {usdc(trade.cost)}
                {Number(trade.fee) === 0 ? null : <span className={classes.sub}>incl. {usdc(trade.fee)} fee</span>}
              </td>
              <td className={classes.num} data-label="P&L">
                <span className={trade.pnl === null || Number(trade.pnl) === 0 ? undefined : Number(trade.pnl) > 0 ? classes.good : classes.bad}>
                  {trade.closed_at === null ? "open" : signedUsdc(trade.pnl)}
                </span>
              </td>
              <td className={classes.quiet} data-label="When">
                <Moment at={trade.filled_at ?? trade.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
