import { Button } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import type { Strategy } from "@/api/types";
import { useUpdateStrategy } from "@/queries/commands";
import { NextExecutions } from "./NextExecutions";
import { ErrorPolicyFields, WatchlistRuleFields } from "./PolicyFields";
import { ScheduleFields } from "./ScheduleFields";
import { placeSettingErrors, type PlacedSettingErrors } from "./setting_errors";
import { settingProblems, settingsBody, settingValues, type SettingValues } from "./setting_values";
import classes from "./Settings.module.css";

const NO_ERRORS: PlacedSettingErrors = { fields: {}, general: [] };

/** When it executes, what happens after failures, how the watchlist is kept. Saving publishes a new version. */
export function SettingsSection({ strategy }: { strategy: Strategy }) {
  // Begins again with each published version, unless something is being typed.
  const [edited, setEdited] = useState<SettingValues | null>(null);
  const [errors, setErrors] = useState(NO_ERRORS);
  const update = useUpdateStrategy(strategy);
  const values = edited ?? settingValues(strategy.settings);
  const change = (changes: Partial<SettingValues>) => setEdited({ ...values, ...changes });
  const reset = () => {
    setEdited(null);
    setErrors(NO_ERRORS);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = settingProblems(values);
    setErrors({ fields, general: [] });
    if (Object.keys(fields).length > 0) return;
    update.mutate({ settings: settingsBody(values) }, { onSuccess: reset, onError: (error) => setErrors(placeSettingErrors(error)) });
  };
  const shared = { values, errors: errors.fields, onChange: change };
  return (
    <form onSubmit={submit} noValidate className={classes.form} aria-label="Settings">
      <NextExecutions strategy={strategy} />
      <ScheduleFields {...shared} />
      <ErrorPolicyFields {...shared} />
      <WatchlistRuleFields {...shared} />
      <div className={classes.foot}>
        {errors.general.length > 0 || Object.keys(errors.fields).length > 0 ? (
          <p className={classes.bad} role="alert">
            {errors.general.length > 0 ? errors.general.join(" ") : "Not saved: see the fields above."}
          </p>
        ) : (
          <p className={classes.quiet}>Saving makes a new version. It counts from the next execution on.</p>
        )}
        <Button variant="default" onClick={reset} disabled={edited === null}>
          Discard changes
        </Button>
        <Button type="submit" loading={update.isPending} disabled={edited === null}>
          Save settings
        </Button>
      </div>
    </form>
  );
}
