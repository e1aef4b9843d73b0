import { ActionIcon, Checkbox, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { DAYS, windowWords, type Day, type WindowValues } from "@/schedule/window_words";
import classes from "./Settings.module.css";

const LETTERS: Record<Day, string> = { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" };

interface WindowRowProps {
  place: number;
  value: WindowValues;
  errors: Record<string, string>;
  onChange: (value: WindowValues) => void;
  onRemove: () => void;
}

export function WindowRow({ place, value, errors, onChange, onRemove }: WindowRowProps) {
  const error = (part: string) => errors[`windows.${place}.${part}`];
  const words = windowWords(value);
  return (
    <fieldset className={classes.window}>
      <legend>{`Window ${place + 1}`}</legend>
      <Checkbox.Group
        label="Days"
        error={error("days")}
        value={value.days}
        onChange={(days) => onChange({ ...value, days: DAYS.filter((day) => days.includes(day)) })}
      >
        <div className={classes.days}>
          {DAYS.map((day) => (
            <Checkbox key={day} value={day} label={LETTERS[day]} size="xs" />
          ))}
        </div>
      </Checkbox.Group>
      <div className={classes.times}>
        <TextInput type="time" label="From" error={error("start")} value={value.start} onChange={(event) => onChange({ ...value, start: event.currentTarget.value })} />
        <TextInput type="time" label="To" error={error("end")} value={value.end} onChange={(event) => onChange({ ...value, end: event.currentTarget.value })} />
      </div>
      <ActionIcon variant="subtle" color="gray" className={classes.remove} aria-label={`Remove window ${place + 1}`} onClick={onRemove}>
        <IconTrash size={17} aria-hidden />
      </ActionIcon>
      {words === "" ? null : <p className={classes.quiet}>{words}</p>}
    </fieldset>
  );
}
