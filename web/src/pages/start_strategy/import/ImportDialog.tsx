import { Modal } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiProblem, sentenceOf } from "@/api/problem";
import { plural } from "@/format/number";
import { ProblemList, type ShownProblem } from "@/graph/ProblemList";
import { told } from "@/queries/commands";
import { useImportStrategy } from "@/queries/import_strategy";
import { NewStrategyForm, type NewStrategy } from "../NewStrategyForm";
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
  const [refusal, setRefusal] = useState<Refusal>({ fields: {}, problems: [] });
  const nodes = Array.isArray(file.graph.nodes) ? file.graph.nodes.length : 0;
  const check = () => {
    setRefusal({ fields: {}, problems: [] });
    return true;
  };
  const save = (chosen: NewStrategy) =>
    create.mutate(
      { ...file, ...chosen },
      {
        onSuccess: (strategy) => {
          told(`${strategy.name} is a draft now. Look it over, then start it.`);
          void navigate(`/strategies/${strategy.id}?tab=graph`);
        },
        onError: (error) => setRefusal(refusalOf(error)),
      },
    );
  const intro = <p style={{ margin: 0, color: "var(--ink-2)" }}>{plural(nodes, "node")}. It becomes a draft: nothing starts by itself.</p>;
  const general =
    refusal.problems.length === 0 ? null : (
      <div role="alert">
        <ProblemList problems={refusal.problems} />
      </div>
    );
  return (
    <Modal opened onClose={onClose} title="Import a strategy" closeButtonProps={{ "aria-label": "Close" }}>
      <NewStrategyForm suggestedName={file.name} action="Create draft" busy={create.isPending} errors={refusal.fields} intro={intro} general={general} onCheck={check} onSubmit={save} onClose={onClose} />
    </Modal>
  );
}
