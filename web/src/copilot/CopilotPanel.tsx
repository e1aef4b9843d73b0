import { Button, Textarea } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { sentenceOf } from "@/api/problem";
import type { Graph, NodeType } from "@/api/types";
import { useCopilot, useWriteDraft } from "@/queries/copilot";
import { Panel } from "@/ui/Panel";
import classes from "./Copilot.module.css";
import { CopilotDraft, type AcceptedDraft } from "./CopilotDraft";

interface CopilotPanelProps {
  /** What the words change; null: they begin something new. */
  graph: Graph | null;
  strategyId: string | null;
  types: readonly NodeType[];
  onAccept: (draft: AcceptedDraft) => void;
}

const EXAMPLE = "Buy Yes for 50 USDC in politics markets when volume is above 100,000 and 1h momentum is above 5%";
const TEXT_MAX = 4000;

/** Words become a draft: shown as what it would change, taken over only when a person accepts it. */
export function CopilotPanel({ graph, strategyId, types, onAccept }: CopilotPanelProps) {
  const copilot = useCopilot();
  const write = useWriteDraft();
  const [text, setText] = useState("");
  const [asked, setAsked] = useState<{ text: string; graph: Graph | null }>({ text: "", graph: null });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    setAsked({ text, graph });
    write.mutate({ text, strategy_id: strategyId, graph: graph === null ? null : { ...graph } });
  };
  const most = copilot.data?.text_max ?? TEXT_MAX;
  return (
    <Panel>
      <section className={classes.section} aria-labelledby="copilot">
        <h2 id="copilot">
          <IconSparkles size={16} aria-hidden /> Copilot
        </h2>
        <form onSubmit={submit} className={classes.form} noValidate>
          <Textarea
            label={graph === null ? "Say what the strategy should do" : "Say what should change"}
            description={describe(copilot.data)}
            placeholder={EXAMPLE}
            autosize
            minRows={2}
            maxRows={10}
            maxLength={most}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={write.isPending} disabled={text.trim() === ""}>
            Draft it
          </Button>
        </form>
        {write.isPending ? (
          <p className={classes.quiet} role="status">
            Writing a draft…
          </p>
        ) : null}
        {write.isError ? (
          <p className={classes.bad} role="alert">
            {sentenceOf(write.error)}
          </p>
        ) : null}
        {write.data === undefined ? null : (
          <CopilotDraft
            draft={write.data}
            text={asked.text}
            before={asked.graph}
            types={types}
            onDiscard={() => write.reset()}
            onAccept={(draft) => {
              write.reset();
              setText("");
              onAccept(draft);
            }}
          />
        )}
      </section>
    </Panel>
  );
}

function describe(copilot: ReturnType<typeof useCopilot>["data"]): string {
  const never = "It drafts; you accept. Nothing is published by itself.";
  if (copilot === undefined) return never;
  return copilot.configured ? `${copilot.model ?? "A model"} reads it. ${never}` : `Without a language model: plain sentences in English are understood, and it says which were not. ${never}`;
}
