import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconLoader2,
  IconPencil,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
} from "@tabler/icons-react";
import type { Strategy } from "@/api/types";
import { Pill } from "./Pill";
import { statusWords } from "./status_words";

const ICONS = {
  running: IconPlayerPlayFilled,
  paused: IconPlayerPauseFilled,
  stopped: IconPlayerStopFilled,
  error: IconAlertOctagonFilled,
  draft: IconPencil,
} as const;

type StatusProps = Pick<Strategy, "status" | "desired_state" | "pending" | "status_reason">;

export function StatusBadge({ strategy }: { strategy: StatusProps }) {
  const { word, tone, moving } = statusWords(strategy);
  const Icon = moving ? IconLoader2 : ICONS[strategy.status];
  return (
    <span data-status={strategy.status}>
      <Pill tone={tone} moving={moving} icon={<Icon size={13} aria-hidden />} title={strategy.status_reason ?? undefined}>
        {word}
      </Pill>
    </span>
  );
}

/** Shown beside the status while something the strategy needs is unwell; it goes on meanwhile. */
export function DegradedMark({ reason }: { reason: string | null }) {
  if (reason === null) return null;
  return (
    <Pill tone="wait" icon={<IconAlertTriangleFilled size={13} aria-hidden />} title={reason}>
      Degraded
    </Pill>
  );
}
