import { Button, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./Settings.module.css";

interface BlackoutDatesProps {
  dates: string[];
  error: string | undefined;
  onChange: (dates: string[]) => void;
}

const words = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" });

/** Whole dates of the schedule's time zone on which nothing executes. */
export function BlackoutDates({ dates, error, onChange }: BlackoutDatesProps) {
  const [chosen, setChosen] = useState("");
  const add = () => {
    if (chosen !== "" && !dates.includes(chosen)) onChange([...dates, chosen].sort());
    setChosen("");
  };
  return (
    <div className={classes.blackouts}>
      <div className={classes.times}>
        <TextInput
          type="date"
          label="Blackout date"
          description="Nothing executes on that whole day"
          error={error}
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <Button variant="default" mt={24} onClick={add} disabled={chosen === ""}>
          Add date
        </Button>
      </div>
      {dates.length === 0 ? null : (
        <ul className={classes.dates} aria-label="Blackout dates">
          {dates.map((date) => (
            <li key={date}>
              <time dateTime={date}>{words.format(new Date(`${date}T00:00:00Z`))}</time>
              <button type="button" aria-label={`Remove ${date}`} onClick={() => onChange(dates.filter((other) => other !== date))}>
                <IconX size={14} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
