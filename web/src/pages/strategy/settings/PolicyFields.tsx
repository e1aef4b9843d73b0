import { NativeSelect, Switch, TextInput } from "@mantine/core";
import type { SettingValues } from "./setting_values";
import classes from "./Settings.module.css";

interface PolicyFieldsProps {
  values: SettingValues;
  errors: Record<string, string>;
  onChange: (changes: Partial<SettingValues>) => void;
}

export function ErrorPolicyFields({ values, errors, onChange }: PolicyFieldsProps) {
  return (
    <section className={classes.section} aria-labelledby="error-policy">
      <h2 id="error-policy">After a failed execution</h2>
      <p className={classes.quiet}>Only failures of the graph itself count. When prices cannot be read, the strategy waits and goes on by itself.</p>
      <div className={classes.fields}>
        <TextInput
          label="Try again"
          description="Times, half a minute later at first; 0 to wait for the next execution"
          inputMode="numeric"
          error={errors.retries}
          value={values.retries}
          onChange={(event) => onChange({ retries: event.currentTarget.value })}
        />
        <NativeSelect
          label="When it keeps failing"
          error={errors.onFailure}
          data={[
            { value: "error", label: "pause itself and tell" },
            { value: "keep_going", label: "keep going" },
          ]}
          value={values.onFailure}
          onChange={(event) => onChange({ onFailure: event.currentTarget.value === "keep_going" ? "keep_going" : "error" })}
        />
        {values.onFailure === "error" ? (
          <TextInput
            label="Failures in a row"
            description="Until it pauses itself"
            inputMode="numeric"
            error={errors.errorAfter}
            value={values.errorAfter}
            onChange={(event) => onChange({ errorAfter: event.currentTarget.value })}
          />
        ) : null}
      </div>
    </section>
  );
}

export function WatchlistRuleFields({ values, errors, onChange }: PolicyFieldsProps) {
  return (
    <section className={classes.section} aria-labelledby="watchlist-rules">
      <h2 id="watchlist-rules">Watchlist</h2>
      <p className={classes.quiet}>Markets also leave when they end. Pinned ones leave only by hand.</p>
      <div className={classes.fields}>
        <div className={classes.expiry}>
          <Switch
            label="Markets leave by themselves"
            checked={values.expires}
            onChange={(event) => onChange({ expires: event.currentTarget.checked })}
          />
          {values.expires ? (
            <div className={classes.times}>
              <TextInput
                label="After"
                inputMode="numeric"
                error={errors.expireCount}
                value={values.expireCount}
                onChange={(event) => onChange({ expireCount: event.currentTarget.value })}
                w={110}
              />
              <NativeSelect
                label="Unit"
                data={[
                  { value: "24", label: "days" },
                  { value: "1", label: "hours" },
                ]}
                value={values.expireUnit}
                onChange={(event) => onChange({ expireUnit: event.currentTarget.value })}
              />
            </div>
          ) : null}
        </div>
        <TextInput
          label="Markets at most"
          description="A full watchlist takes nothing more"
          inputMode="numeric"
          error={errors.cap}
          value={values.cap}
          onChange={(event) => onChange({ cap: event.currentTarget.value })}
        />
      </div>
    </section>
  );
}
