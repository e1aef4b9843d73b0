import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Withdrawal } from "@/api/types";
import { usdc } from "@/format/number";
import table from "@/pages/strategy/Table.module.css";
import { useCancelWithdrawal, useWithdrawals } from "@/queries/withdrawals";
import { Confirm } from "@/ui/Confirm";
import { Moment } from "@/ui/Moment";
import { Failure } from "@/ui/Notice";
import { Panel } from "@/ui/Panel";
import { Pill } from "@/ui/Pill";
import classes from "./Withdrawals.module.css";
import { progressWords, withdrawalStatus } from "./withdrawal_words";

interface WithdrawalsProps {
  /** Null: of all strategies. */
  strategyId: string | null;
  /** By strategy id, where several are shown. */
  names?: ReadonlyMap<string, string>;
  /** Only what is under way. */
  running?: boolean;
}

/** Withdrawals with how far they are. Nothing at all before the first. */
export function Withdrawals({ strategyId, names, running = false }: WithdrawalsProps) {
  const withdrawals = useWithdrawals(strategyId);
  const [ending, setEnding] = useState<Withdrawal | null>(null);
  const cancel = useCancelWithdrawal();
  if (withdrawals.data === undefined) {
    return withdrawals.isError ? (
      <Panel className={classes.panel}>
        <Failure what="The withdrawals could not be loaded" error={withdrawals.error} onRetry={() => void withdrawals.refetch()} />
      </Panel>
    ) : null;
  }
  const rows = withdrawals.data.items.filter(({ status }) => !running || status === "running");
  if (rows.length === 0) return null;
  return (
    <Panel className={classes.panel}>
      <h2 className={table.heading}>{running ? "Withdrawal" : "Withdrawals"}</h2>
      <ul className={classes.list} aria-label="Withdrawals, newest first">
        {rows.map((withdrawal) => (
          <Row key={withdrawal.id} withdrawal={withdrawal} name={names?.get(withdrawal.strategy_id) ?? null} onCancel={() => setEnding(withdrawal)} />
        ))}
      </ul>
      <Confirm
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title="End this withdrawal?"
        action="End withdrawal"
        busy={cancel.isPending}
        onConfirm={() => {
          if (ending !== null) cancel.mutate(ending, { onSettled: () => setEnding(null) });
        }}
      >
        Nothing more is sold. What came back so far stays in your cash; what is left stays with the strategy, which stays stopped.
      </Confirm>
    </Panel>
  );
}

function Row({ withdrawal, name, onCancel }: { withdrawal: Withdrawal; name: string | null; onCancel: () => void }) {
  const { word, tone } = withdrawalStatus(withdrawal);
  const running = withdrawal.status === "running";
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <p className={classes.title}>
          {name === null ? null : <Link to={`/strategies/${withdrawal.strategy_id}`}>{name}</Link>}
          <Pill tone={tone} small moving={running}>
            {word}
          </Pill>
          <span>{usdc(withdrawal.returned_amount)} came back</span>
        </p>
        <p className={classes.more}>
          {running ? (
            <>
              {progressWords(withdrawal)} · asked <Moment at={withdrawal.requested_at} /> · gives up <Moment at={withdrawal.give_up_at} />
            </>
          ) : (
            <>
              ended <Moment at={withdrawal.finished_at} />
            </>
          )}
        </p>
        {withdrawal.reasons.length === 0 ? null : (
          <ul className={classes.reasons} aria-label="Why something is left">
            {withdrawal.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
      </div>
      {running ? (
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          End it…
        </Button>
      ) : null}
    </li>
  );
}
