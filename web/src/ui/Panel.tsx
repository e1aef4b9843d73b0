import type { ReactNode } from "react";
import classes from "./Panel.module.css";

export function Panel({ className = "", children }: { className?: string | undefined; children: ReactNode }) {
  return <div className={`${classes.panel} ${className}`}>{children}</div>;
}
