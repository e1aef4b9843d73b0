import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Strategy, VersionRow } from "@/api/types";
import { plural } from "@/format/number";
import { told, toldFailure } from "@/queries/commands";
import { useExportVersion } from "@/queries/versions";
import { Moment } from "@/ui/Moment";
import { Pill } from "@/ui/Pill";
import { downloadJson, fileName } from "./download_json";
import { PublishDialog } from "./PublishDialog";
import { RestoreDialog } from "./RestoreDialog";
import { versionState } from "./version_state";
import classes from "./Versions.module.css";

interface VersionListProps {
  strategy: Strategy;
  rows: VersionRow[];
  onCompare: (number: number) => void;
}

/** Newest first, and what may be done with each. */
export function VersionList({ strategy, rows, onCompare }: VersionListProps) {
  const [asked, setAsked] = useState<{ dialog: "publish" | "restore"; number: number } | null>(null);
  const file = useExportVersion(strategy.id);
  const save = (number: number) =>
    file.mutate(number, {
      onSuccess: (content) => {
        const name = fileName(strategy.name, number);
        downloadJson(name, content);
        told(`${name} was saved.`);
      },
      onError: (error) => toldFailure(`Version ${number} was not exported`, error),
    });
  return (
    <>
      <ol className={classes.list} aria-label="Versions, newest first">
        {rows.map((row) => {
          const state = versionState(row.number, strategy.version.number);
          return (
            <li key={row.id} className={classes.row}>
              <div className={classes.facts}>
                <b>Version {row.number}</b>
                <Pill small tone={state === "published" ? "good" : state === "draft" ? "wait" : "idle"}>
                  {state === "published" ? "Published" : state === "draft" ? "Draft" : "Earlier"}
                </Pill>
                <span className={classes.quiet}>
                  <Moment at={row.created_at} /> · {plural(row.nodes, "node")}
                </span>
              </div>
              <div className={classes.actions}>
                {state === "draft" ? (
                  <Button size="compact-sm" aria-label={`Publish version ${row.number}`} onClick={() => setAsked({ dialog: "publish", number: row.number })}>
                    Publish…
                  </Button>
                ) : null}
                {state === "earlier" ? (
                  <Button size="compact-sm" variant="default" aria-label={`Restore version ${row.number}`} onClick={() => setAsked({ dialog: "restore", number: row.number })}>
                    Restore…
                  </Button>
                ) : null}
                {state === "published" ? null : (
                  <Button size="compact-sm" variant="default" aria-label={`Compare version ${row.number} with the published one`} onClick={() => onCompare(row.number)}>
                    Compare
                  </Button>
                )}
                <Button component={Link} to={`/strategies/${strategy.id}/graph?version=${row.number}`} size="compact-sm" variant="default" aria-label={`Edit version ${row.number}`}>
                  Edit
                </Button>
                <Button size="compact-sm" variant="default" aria-label={`Export version ${row.number}`} loading={file.isPending && file.variables === row.number} onClick={() => save(row.number)}>
                  Export
                </Button>
              </div>
            </li>
          );
        })}
      </ol>
      <PublishDialog strategy={strategy} number={asked?.dialog === "publish" ? asked.number : null} onClose={() => setAsked(null)} />
      <RestoreDialog strategy={strategy} number={asked?.dialog === "restore" ? asked.number : null} onClose={() => setAsked(null)} />
    </>
  );
}
