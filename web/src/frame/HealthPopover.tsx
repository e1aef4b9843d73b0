import { Anchor, Group, Popover, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangleFilled, IconCircleCheckFilled, IconExternalLink, IconPlugConnectedX } from "@tabler/icons-react";
import { useLocalNow } from "@/clock/now";
import { useHealth } from "@/queries/health";
import { useLiveState } from "@/stream/live_state";
import classes from "./HealthPopover.module.css";
import { isOffline } from "./stale_words";

const NAMES: Record<string, string> = {
  database: "Database",
  temporal: "Workflow engine (Temporal)",
  worker: "Worker",
  markets: "Market data",
  prices: "Prices that exits watch",
};

export function HealthPopover() {
  const { data: health, isError } = useHealth();
  const offline = isOffline(useLiveState(), useLocalNow()) || isError;
  const word = offline ? "Offline" : health === undefined ? "Checking" : health.status === "ok" ? "All systems normal" : "Degraded";
  const tone = offline ? classes.bad : health?.status === "degraded" ? classes.wait : classes.good;
  const Icon = offline ? IconPlugConnectedX : health?.status === "degraded" ? IconAlertTriangleFilled : IconCircleCheckFilled;
  return (
    <Popover position="bottom-end" width={300} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.target} aria-label={`System health: ${word}`}>
          <Icon size={16} className={tone} aria-hidden />
          <span className={classes.word}>{word}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="System health">
        <Stack gap="sm">
          {offline ? <Text size="sm">The server does not answer. What follows is its last word.</Text> : null}
          {(health?.parts ?? []).map((part) => (
            <Group key={part.name} gap="xs" wrap="nowrap" align="flex-start">
              {part.ok ? (
                <IconCircleCheckFilled size={16} className={classes.good} aria-hidden />
              ) : (
                <IconAlertTriangleFilled size={16} className={classes.wait} aria-hidden />
              )}
              <div>
                <Text size="sm" fw={560}>
                  {NAMES[part.name] ?? part.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {part.detail ?? (part.ok ? "Works" : "Does not answer")}
                </Text>
              </div>
            </Group>
          ))}
          {health?.temporal_ui_url ? (
            <Anchor href={health.temporal_ui_url} target="_blank" rel="noreferrer" size="sm">
              Open the Temporal Web UI <IconExternalLink size={14} aria-hidden className={classes.external} />
            </Anchor>
          ) : null}
          {health === undefined ? null : (
            <Text size="xs" c="dimmed">
              Cascadian {health.version} · market data: {health.source}
            </Text>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
