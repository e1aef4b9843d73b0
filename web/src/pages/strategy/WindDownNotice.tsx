import { Button } from "@mantine/core";
import { IconCircleCheck, IconHourglass } from "@tabler/icons-react";
import { useState } from "react";
import type { StopChoice, Strategy } from "@/api/types";
import { useStop } from "@/queries/commands";
import { usePositions } from "@/queries/positions";
import { useOrders } from "@/queries/strategy";
import { Moment } from "@/ui/Moment";
import { isWindingDown } from "@/ui/status_words";
import { StopDialog } from "@/ui/StopDialog";
import classes from "./StrategyPage.module.css";
import { leftWords } from "./wind_down_words";

/** What a stopped strategy still has, and what becomes of it. Nothing while it runs, or when nothing was left. */
export function WindDownNotice({ strategy }: { strategy: Strategy }) {
  if (strategy.desired_state !== "stopped" || strategy.stop_choice == null) return null;
  return <Left strategy={strategy} choice={strategy.stop_choice} />;
}

function Left({ strategy, choice }: { strategy: Strategy; choice: StopChoice }) {
  const positions = usePositions(strategy.id, "open");
  const orders = useOrders(strategy.id);
  const stop = useStop(strategy);
  const [choosing, setChoosing] = useState(false);
  if (positions.data === undefined || orders.data === undefined) return null;
  const held = positions.data.pages.reduce((sum, page) => sum + page.items.length, 0);
  const open = orders.data.items.filter(({ final_at: at }) => at === null).length;
  const winding = isWindingDown(strategy);
  if (!winding && held === 0 && choice !== "flatten") return null;
  const Icon = winding ? IconHourglass : IconCircleCheck;
  const tone = winding ? classes.noticeWait : held === 0 ? classes.noticeGood : classes.noticeIdle;
  return (
    <div className={`${classes.notice ?? ""} ${tone ?? ""}`} role="status" data-winding={winding}>
      <Icon size={17} aria-hidden />
      <p>
        <b>{winding ? "Winding down" : held === 0 ? "Wound down" : "Stopped"}</b>
        {winding || strategy.wound_down_at == null || held > 0 ? null : (
          <>
            {" "}
            <Moment at={strategy.wound_down_at} />
          </>
        )}
        {leftWords(strategy, held, open)}
      </p>
      {held > 0 || winding ? (
        <Button size="compact-xs" variant="default" className={classes.noticeAction} loading={stop.isPending} onClick={() => setChoosing(true)}>
          Change…
        </Button>
      ) : null}
      <StopDialog name={strategy.name} present={choice} opened={choosing} onClose={() => setChoosing(false)} onConfirm={(choice) => stop.mutate(choice)} />
    </div>
  );
}
