const WORDS: Record<string, string> = {
  out: "then",
  true: "if true, then",
  false: "if not, then",
  value: "with a value, then",
  placed: "when placed, then",
  filled: "when filled, then",
  failed: "when failed, then",
  closed: "when closed, then",
  buying: "when whales buy, then",
  selling: "when whales sell, then",
  quiet: "when neither, then",
};

/** How a wire from this port is read: "if true, then". */
export function portWords(port: string): string {
  return WORDS[port] ?? `${port}:`;
}
