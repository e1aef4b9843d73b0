import { Button, Title } from "@mantine/core";
import { IconArrowBackUp, IconArrowsExchange } from "@tabler/icons-react";
import { useState } from "react";
import { PnlSheet } from "@/pnl/PnlSheet";
import { useAllocations } from "@/queries/capital";
import { useAccountEquity, useAccountPnl, type Range } from "@/queries/pnl";
import { Failure } from "@/ui/Notice";
import { usePageTitle } from "@/ui/page_title";
import { Panel } from "@/ui/Panel";
import { ModePill } from "@/ui/Pill";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import { hasCapital } from "@/withdrawals/withdrawal_words";
import { WithdrawDialog } from "@/withdrawals/WithdrawDialog";
import { Withdrawals } from "@/withdrawals/Withdrawals";
import { AllocationDonut } from "./AllocationDonut";
import { AllocationTable } from "./AllocationTable";
import classes from "./Capital.module.css";
import { RebalanceDialog } from "./RebalanceDialog";

/** Where the money is: the account, what every strategy has of it, and what all of them gained. */
export function CapitalPage() {
  usePageTitle("Capital");
  const allocations = useAllocations();
  const [dialog, setDialog] = useState<"move" | "withdraw" | null>(null);
  const rows = allocations.data?.items ?? [];
  const funded = rows.filter(hasCapital).map((row) => ({ id: row.strategy_id, name: row.name }));
  return (
    <>
      <div className={classes.head}>
        <div className={classes.title}>
          <Title order={1}>Capital</Title>
          <ModePill mode="paper" />
        </div>
        <div className={classes.actions}>
          {rows.length < 2 ? null : (
            <Button leftSection={<IconArrowsExchange size={16} aria-hidden />} onClick={() => setDialog("move")}>
              Rebalance
            </Button>
          )}
          {funded.length === 0 ? null : (
            <Button variant="default" leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={() => setDialog("withdraw")}>
              Withdraw
            </Button>
          )}
        </div>
      </div>
      <Panel>
        {allocations.data === undefined ? (
          allocations.isError ? (
            <Failure what="The allocations could not be loaded" error={allocations.error} onRetry={() => void allocations.refetch()} />
          ) : (
            <SectionSkeleton />
          )
        ) : (
          <div className={classes.columns}>
            <div>
              <AllocationDonut allocations={allocations.data} />
              <p className={classes.key}>
                <span className={`${classes.swatch ?? ""} ${classes.deployedKey ?? ""}`} aria-hidden /> deployed
                <span className={`${classes.swatch ?? ""} ${classes.deployedKey ?? ""} ${classes.pale ?? ""}`} aria-hidden /> available
              </p>
            </div>
            <AllocationTable allocations={allocations.data} />
          </div>
        )}
      </Panel>
      <Withdrawals strategyId={null} names={new Map(rows.map((row) => [row.strategy_id, row.name]))} />
      <AccountPnl />
      <RebalanceDialog rows={rows} opened={dialog === "move"} onClose={() => setDialog(null)} />
      <WithdrawDialog strategies={funded} opened={dialog === "withdraw"} onClose={() => setDialog(null)} />
    </>
  );
}

function AccountPnl() {
  const pnl = useAccountPnl();
  const [range, setRange] = useState<Range>("30");
  const equity = useAccountEquity(range);
  if (pnl.data === undefined) {
    return pnl.isError ? (
      <Panel className={classes.pnl}>
        <Failure what="Profit and loss could not be loaded" error={pnl.error} onRetry={() => void pnl.refetch()} />
      </Panel>
    ) : null;
  }
  return (
    <Panel className={classes.pnl}>
      <PnlSheet title="All strategies together" pnl={pnl.data} equity={equity} range={range} onRange={setRange} exportPath="/api/trades/export" />
    </Panel>
  );
}
