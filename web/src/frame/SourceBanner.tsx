import { IconBroadcast, IconFlask2 } from "@tabler/icons-react";
import { useHealth } from "@/queries/health";
import classes from "./Frame.module.css";

/** Nobody may ever doubt whose prices these are. */
export function SourceBanner() {
  const { data: health } = useHealth();
  if (health === undefined) return <div className={classes.source} aria-hidden />;
  if (health.source === "sandbox") {
    return (
      <div className={`${classes.source} ${classes.sandbox}`} data-source="sandbox">
        <IconFlask2 size={15} aria-hidden />
        <span>Simulated market — not Polymarket prices</span>
      </div>
    );
  }
  return (
    <div className={`${classes.source} ${classes.polymarket}`} data-source="polymarket">
      <IconBroadcast size={15} aria-hidden />
      <span>Live Polymarket prices, paper money</span>
    </div>
  );
}
