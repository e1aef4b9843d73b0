import { NativeSelect } from "@mantine/core";
import { DiffView } from "@/diff/DiffView";
import { diffWords } from "@/diff/diff_words";
import { useNodeTypes } from "@/queries/strategy";
import { useVersion, useVersionDiff } from "@/queries/versions";
import { Failure } from "@/ui/Notice";
import { SectionSkeleton } from "@/ui/SectionSkeleton";
import { versionState } from "./version_state";
import classes from "./Versions.module.css";

interface ComparisonProps {
  strategyId: string;
  numbers: number[];
  published: number;
  from: number;
  to: number;
  onChange: (from: number, to: number) => void;
}

export function Comparison({ strategyId, numbers, published, from, to, onChange }: ComparisonProps) {
  const options = numbers.map((number) => {
    const state = versionState(number, published);
    return { value: String(number), label: `Version ${number}${state === "earlier" ? "" : `, ${state}`}` };
  });
  return (
    <>
      <div className={classes.choice}>
        <NativeSelect label="From" data={options} value={String(from)} onChange={(event) => onChange(Number(event.currentTarget.value), to)} />
        <NativeSelect label="To" data={options} value={String(to)} onChange={(event) => onChange(from, Number(event.currentTarget.value))} />
      </div>
      <Difference strategyId={strategyId} from={from} to={to} />
    </>
  );
}

/** What changed from one version to another, as the server compares them. */
export function Difference({ strategyId, from, to }: { strategyId: string; from: number; to: number }) {
  const diff = useVersionDiff(strategyId, from, to);
  const before = useVersion(strategyId, from);
  const after = useVersion(strategyId, to);
  const types = useNodeTypes();
  const broken = [diff, before, after].find((query) => query.isError && query.data === undefined);
  if (broken !== undefined) {
    return <Failure what={`Versions ${from} and ${to} could not be compared`} error={broken.error} onRetry={() => void broken.refetch()} />;
  }
  if (diff.data === undefined || before.data === undefined || after.data === undefined || types.isPending) return <SectionSkeleton />;
  if (diff.data.same) {
    return <p className={classes.quiet}>{from === to ? "Choose two different versions." : "They say the same: no node, wire or setting differs."}</p>;
  }
  return <DiffView words={diffWords(diff.data, before.data.graph, after.data.graph, types.data?.items ?? [])} label={`From version ${from} to version ${to}`} />;
}
