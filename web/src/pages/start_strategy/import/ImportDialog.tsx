import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useNavigate } from "react-router";
import { ApiProblem, sentenceOf } from "@/api/problem";
import { plural } from "@/format/number";
import { ProblemList, type ShownProblem } from "@/graph/ProblemList";
import { told } from "@/queries/commands";
import { useImportStrategy } from "@/queries/import_strategy";
import type { StrategyFile } from "./strategy_file";

interface Refusal {
  fields: Record<string, string>;
  problems: ShownProblem[];
}

const FIELDS = ["name", "allocation"];

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiProblem) || error.lines.length === 0) return { fields: {}, problems: [{ message: sentenceOf(error) }] };
  const fields = error.lines.flatMap(({ field, message }) => (field != null && FIELDS.includes(field) ? [[field, message] as const] : []));
  return { fields: Object.fromEntries(fields), problems: error.lines.filter(({ field }) => field == null || !FIELDS.includes(field)) };
}

export function ImportDialog({ file, onClose }: { file: StrategyFile; onClose: () => void }) {
  const navigate = useNavigate();
  const create = useImportStrategy();
  const [name, setName] = useState(file.name);
  const [allocation, setAllocation] = useState("500");
  const [refusal, setRefusal] = useState<Refusal>({ fields: {}, problems: [] });
  const nodes = Array.isArray(file.graph.nodes) ? file.graph.nodes.length : 0;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields: Record<string, string> = {};
    if (name.trim() === "") fields.name = "Give it a name.";
    if (!/^\d+(\.\d{1,6})?$/.test(allocation.trim()) || Number(allocation) <= 0) fields.allocation = "Must be an amount of USDC above 0.";
    setRefusal({ fields, problems: [] });
    if (Object.keys(fields).length > 0) return;
    create.mutate(
      { ...file, name: name.trim(), allocation: allocation.trim() },
      {
        onSuccess: (strategy) => {
          told(`${strategy.name} is a draft now. Look it over, then start it.`);
          void navigate(`/strategies/${strategy.id}?tab=graph`);
        },
        onError: (error) => setRefusal(refusalOf(error)),
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title="Import a strategy" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <p style={{ margin: 0, color: "var(--ink-2)" }}>{plural(nodes, "node")}. It becomes a draft: nothing starts by itself.</p>
          <TextInput label="Name" value={name} error={refusal.fields.name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <TextInput
            label="Allocation"
            description="Paper capital it may use, at most, in USDC"
            inputMode="decimal"
            value={allocation}
            error={refusal.fields.allocation}
            onChange={(event) => setAllocation(event.currentTarget.value)}
          />
          {refusal.problems.length === 0 ? null : (
            <div role="alert">
              <ProblemList problems={refusal.problems} />
            </div>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create draft
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
