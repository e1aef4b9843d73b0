import type { ReactNode } from "react";
import classes from "./Pill.module.css";
import type { Tone } from "./status_words";

interface PillProps {
  tone: Tone;
  icon?: ReactNode;
  small?: boolean;
  moving?: boolean;
  title?: string | undefined;
  children: ReactNode;
}

export function Pill({ tone, icon, small = false, moving = false, title, children }: PillProps) {
  const names = [classes.pill, classes[tone], small ? classes.small : "", moving ? classes.moving : ""];
  return (
    <span className={names.join(" ")} title={title}>
      {icon}
      {children}
    </span>
  );
}

export function ModePill({ mode }: { mode: string }) {
  return (
    <span className={`${classes.pill} ${classes.mode} ${classes.paper}`} title="Trades are simulated with paper money; no order leaves this machine.">
      {mode.toUpperCase()}
    </span>
  );
}
