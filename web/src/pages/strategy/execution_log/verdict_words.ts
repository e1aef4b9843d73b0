import type { NodeRun } from "@/api/types";

/** "true: volume 83,112 is above 1,000": where the market went, then why. Behind an end nothing was meant to go on. */
export function verdictWords(nodeType: string, { port, pending, sentence }: NodeRun["verdicts"][number]): string {
  if (pending) return `waiting: ${sentence}`;
  if (port !== null) return port === "out" ? sentence : `${port}: ${sentence}`;
  return nodeType === "end" ? sentence : `stopped here: ${sentence}`;
}
