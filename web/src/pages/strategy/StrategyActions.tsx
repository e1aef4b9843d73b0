import { Button, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconBolt, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconSettings, IconTrash } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import type { Strategy } from "@/api/types";
import { useCommand, useDeleteStrategy, useRunNow, useStop } from "@/queries/commands";
import { Confirm } from "@/ui/Confirm";
import { StopDialog } from "@/ui/StopDialog";
import { allowedCommands } from "@/ui/status_words";
import { hasCapital } from "@/withdrawals/withdrawal_words";
import { WithdrawDialog } from "@/withdrawals/WithdrawDialog";
import { EditDialog } from "./EditDialog";
import classes from "./StrategyPage.module.css";

export function StrategyActions({ strategy }: { strategy: Strategy }) {
  const allowed = allowedCommands(strategy);
  const command = useCommand(strategy);
  const stop = useStop(strategy);
  const runNow = useRunNow(strategy);
  const [dialog, setDialog] = useState<"stop" | "edit" | "delete" | "withdraw" | null>(null);
  const close = () => setDialog(null);
  const busy = command.isPending || stop.isPending;
  return (
    <div className={classes.actions}>
      {allowed.run ? (
        <Action says="Executes once, at once. The schedule stays as it is." icon={<IconBolt size={16} aria-hidden />} busy={runNow.isPending} onClick={() => runNow.mutate()}>
          Run now
        </Action>
      ) : null}
      {allowed.pause ? (
        <Action says="No further executions until you resume. Positions are kept, orders under way are finished." icon={<IconPlayerPause size={16} aria-hidden />} busy={busy} onClick={() => command.mutate("pause")}>
          Pause
        </Action>
      ) : null}
      {allowed.resume ? (
        <Action primary says="Executions go on with the next one due." icon={<IconPlayerPlay size={16} aria-hidden />} busy={busy} onClick={() => command.mutate("resume")}>
          Resume
        </Action>
      ) : null}
      {allowed.start ? (
        <Action primary says="Begins a new run; the execution numbers continue." icon={<IconPlayerPlay size={16} aria-hidden />} busy={busy} onClick={() => command.mutate("start")}>
          {strategy.total_executions > 0 || strategy.started_at !== null ? "Start again" : "Start Strategy"}
        </Action>
      ) : null}
      {allowed.stop ? (
        <Action says="Ends this run for good; asks first." icon={<IconPlayerStop size={16} aria-hidden />} busy={busy} onClick={() => setDialog("stop")}>
          Stop
        </Action>
      ) : null}
      <Action says="Name and interval. Takes effect at the next execution." icon={<IconSettings size={16} aria-hidden />} onClick={() => setDialog("edit")}>
        Edit settings
      </Action>
      {hasCapital(strategy.allocation) ? (
        <Action says="Stops it, sells what it holds and gives its capital back; asks first." icon={<IconArrowBackUp size={16} aria-hidden />} onClick={() => setDialog("withdraw")}>
          Withdraw
        </Action>
      ) : null}
      {allowed.remove ? (
        <Action says="Removes the strategy and its history; asks first." icon={<IconTrash size={16} aria-hidden />} onClick={() => setDialog("delete")}>
          Delete
        </Action>
      ) : null}
      <StopDialog name={strategy.name} present={null} opened={dialog === "stop"} onClose={close} onConfirm={(choice) => stop.mutate(choice)} />
      <WithdrawDialog strategies={[strategy]} opened={dialog === "withdraw"} onClose={close} />
      <EditDialog strategy={strategy} opened={dialog === "edit"} onClose={close} />
      <DeleteDialog strategy={strategy} opened={dialog === "delete"} onClose={close} />
    </div>
  );
}

interface ActionProps {
  /** The consequence, for the tooltip. */
  says: string;
  icon: ReactNode;
  primary?: boolean;
  busy?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Action({ says, icon, primary = false, busy = false, onClick, children }: ActionProps) {
  return (
    <Tooltip label={says} w={240}>
      <Button size="xs" variant={primary ? "filled" : "default"} leftSection={icon} loading={busy} onClick={onClick}>
        {children}
      </Button>
    </Tooltip>
  );
}

function DeleteDialog({ strategy, opened, onClose }: { strategy: Strategy; opened: boolean; onClose: () => void }) {
  const remove = useDeleteStrategy(strategy);
  const navigate = useNavigate();
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Delete ${strategy.name}?`}
      action="Delete strategy"
      busy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate("/strategies"), onSettled: onClose })}
    >
      The strategy, its executions, watchlist and paper trades disappear from every page. This cannot be undone.
    </Confirm>
  );
}
