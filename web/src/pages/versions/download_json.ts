/** "politics-momentum-bot-v3.json". */
export function fileName(strategyName: string, number: number): string {
  const words = strategyName.toLowerCase().normalize("NFKD").match(/[a-z0-9]+/g) ?? ["strategy"];
  return `${words.join("-").slice(0, 60)}-v${number}.json`;
}

export function downloadJson(name: string, content: unknown): void {
  const address = URL.createObjectURL(new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken its copy by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
