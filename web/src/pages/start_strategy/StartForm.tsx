import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { Template } from "@/api/types";
import { fieldAnswer, fieldProblem, parameterFields, type FieldValue } from "@/form/parameter_fields";
import { ParameterInput } from "@/form/ParameterInput";
import { told } from "@/queries/commands";
import { useCreateStrategy } from "@/queries/strategies";
import { IntervalInput } from "@/ui/IntervalInput";
import { intervalChoice, intervalProblem, intervalSeconds, type IntervalChoice } from "@/ui/interval_units";
import { Panel } from "@/ui/Panel";
import { placeErrors } from "./server_errors";
import classes from "./StartForm.module.css";

interface Values {
  name: string;
  interval: IntervalChoice;
  allocation: string;
  parameters: Record<string, FieldValue>;
}

const NAME_MAX = 80;
/** Failures in a row until it pauses itself; can be changed in its settings. */
const ERROR_AFTER = 5;

export function StartForm({ template }: { template: Template }) {
  const fields = parameterFields(template.parameters);
  const navigate = useNavigate();
  const create = useCreateStrategy();
  const [general, setGeneral] = useState<string[]>([]);
  const form = useForm<Values>({
    mode: "controlled",
    validateInputOnBlur: true,
    initialValues: {
      name: template.title,
      interval: intervalChoice(template.interval_seconds),
      allocation: "500",
      parameters: Object.fromEntries(fields.map((field) => [field.name, field.initial])),
    },
    validate: {
      name: (value) => (value.trim() === "" ? "Give it a name." : value.trim().length > NAME_MAX ? `At most ${NAME_MAX} characters.` : null),
      interval: intervalProblem,
      allocation: (value) => (/^\d+(\.\d{1,6})?$/.test(value.trim()) && Number(value) > 0 ? null : "Must be an amount of USDC above 0."),
      parameters: Object.fromEntries(fields.map((field) => [field.name, (value: FieldValue) => fieldProblem(field, value)])),
    },
  });

  const submit = (values: Values) => {
    setGeneral([]);
    const answers = fields.map((field) => [field.name, fieldAnswer(field, values.parameters[field.name] ?? "")] as const);
    const body = {
      name: values.name.trim(),
      interval_seconds: intervalSeconds(values.interval),
      allocation: values.allocation.trim(),
      error_after: ERROR_AFTER,
      template: { id: template.id, parameters: Object.fromEntries(answers.filter(([, answer]) => answer !== undefined)) },
      start: true,
    };
    create.mutate(
      body,
      {
        onSuccess: (strategy) => {
          told(`${strategy.name} is starting.`);
          void navigate(`/strategies/${strategy.id}`);
        },
        onError: (error) => {
          const placed = placeErrors(error, fields.map((field) => field.name));
          form.setErrors(placed.fields);
          setGeneral(placed.general);
        },
      },
    );
  };

  return (
    <form onSubmit={form.onSubmit(submit)} noValidate className={classes.layout}>
      <Panel>
        <section className={classes.section}>
          <h2>Strategy</h2>
          <div className={classes.fields}>
            <TextInput className={classes.wide} label="Name" {...form.getInputProps("name")} />
            <IntervalInput
              value={form.values.interval}
              onChange={(value) => form.setFieldValue("interval", value)}
              error={form.errors.interval}
              description="Time between two executions"
            />
            <TextInput
              label="Allocation"
              description="Paper capital it may use, at most"
              inputMode="decimal"
              rightSection={<span className={classes.unit}>USDC</span>}
              rightSectionWidth={52}
              rightSectionPointerEvents="none"
              {...form.getInputProps("allocation")}
            />
          </div>
        </section>
        {fields.length === 0 ? null : (
          <section className={classes.section}>
            <h2>Parameters</h2>
            <div className={classes.fields}>
              {fields.map((field) => {
                const path = `parameters.${field.name}`;
                return (
                  <ParameterInput
                    key={field.name}
                    field={field}
                    value={form.values.parameters[field.name] ?? ""}
                    error={form.errors[path]}
                    onChange={(value) => form.setFieldValue(path, value)}
                    onBlur={() => void form.validateField(path)}
                  />
                );
              })}
            </div>
          </section>
        )}
      </Panel>
      <Panel className={classes.side}>
        <h2>{template.title}</h2>
        <p>{template.description}</p>
        <p>{template.risk_note}</p>
        <p>It runs on the server around the clock, in paper: prices are the market's, the money is not real.</p>
        {general.length === 0 ? null : (
          <div className={classes.errors} role="alert">
            Not started:
            <ul>
              {general.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </div>
        )}
        <Button type="submit" size="md" loading={create.isPending}>
          Start Strategy
        </Button>
      </Panel>
    </form>
  );
}
