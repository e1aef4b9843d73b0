import { Button, FileButton } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import { ImportDialog } from "./ImportDialog";
import { readStrategyFile, type StrategyFile } from "./strategy_file";

const LARGEST = 1_000_000;

/** A file of an export becomes a draft strategy. */
export function ImportStrategy() {
  const [file, setFile] = useState<StrategyFile | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const read = async (chosen: File) => {
    if (chosen.size > LARGEST) {
      setFault("This file is larger than 1 MB.");
      return;
    }
    const found = readStrategyFile(await chosen.text(), chosen.name.replace(/\.json$/i, "").slice(0, 80));
    setFault(typeof found === "string" ? found : null);
    setFile(typeof found === "string" ? null : found);
  };
  return (
    <>
      <FileButton
        accept="application/json,.json"
        inputProps={{ "aria-label": "File of a strategy" }}
        onChange={(chosen) => {
          if (chosen !== null) void read(chosen);
        }}
      >
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
            Import a file
          </Button>
        )}
      </FileButton>
      {fault === null ? null : (
        <span role="alert" style={{ color: "var(--bad)" }}>
          {fault}
        </span>
      )}
      {file === null ? null : <ImportDialog key={JSON.stringify(file)} file={file} onClose={() => setFile(null)} />}
    </>
  );
}
