import { Button, Select } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { BlackoutDates } from "./BlackoutDates";
import type { SettingValues } from "./setting_values";
import classes from "./Settings.module.css";
import { WindowRow } from "./WindowRow";

interface ScheduleFieldsProps {
  values: SettingValues;
  errors: Record<string, string>;
  onChange: (changes: Partial<SettingValues>) => void;
}

const WINDOWS_MAX = 20;

/** All zones the browser knows, with UTC, this machine's own and the chosen one on top. */
function zones(chosen: string): string[] {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([chosen, "UTC", own, ...Intl.supportedValuesOf("timeZone")])];
}

export function ScheduleFields({ values, errors, onChange }: ScheduleFieldsProps) {
  const offered = useMemo(() => zones(values.timeZone), [values.timeZone]);
  const { windows } = values;
  return (
    <section className={classes.section} aria-labelledby="schedule">
      <h2 id="schedule">Schedule</h2>
      <p className={classes.quiet}>
        {windows.length === 0 ? "Open around the clock. Add a window to execute only at certain times." : "It executes only within these windows."}
      </p>
      {errors.schedule === undefined ? null : (
        <p className={classes.bad} role="alert">
          {errors.schedule}
        </p>
      )}
      <Select
        label="Time zone"
        description="Of the windows and the blackout dates; daylight-saving days are right by themselves"
        searchable
        limit={80}
        allowDeselect={false}
        data={offered}
        value={values.timeZone}
        error={errors.timeZone}
        nothingFoundMessage="There is no such time zone"
        onChange={(zone) => {
          if (zone !== null) onChange({ timeZone: zone });
        }}
        maw={320}
      />
      {windows.map((window, place) => (
        <WindowRow
          key={place}
          place={place}
          value={window}
          errors={errors}
          onChange={(value) => onChange({ windows: windows.map((other, index) => (index === place ? value : other)) })}
          onRemove={() => onChange({ windows: windows.filter((_, index) => index !== place) })}
        />
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        className={classes.add}
        disabled={windows.length >= WINDOWS_MAX}
        onClick={() => onChange({ windows: [...windows, { days: ["mon", "tue", "wed", "thu", "fri"], start: "09:00", end: "17:00" }] })}
      >
        Add window
      </Button>
      <BlackoutDates dates={values.blackouts} error={errors.blackouts} onChange={(blackouts) => onChange({ blackouts })} />
    </section>
  );
}
