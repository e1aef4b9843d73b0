/** One server-sent event. `id` is the stream sequence, "" when the event carried none. */
export interface ServerEvent {
  id: string;
  kind: string;
  data: string;
}

/** Takes text as it arrives, in pieces cut anywhere, and gives the events completed by each piece. */
export class SseParser {
  private rest = "";
  private id = "";
  private kind = "";
  private data: string[] = [];

  push(piece: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.readLine(line.endsWith("\r") ? line.slice(0, -1) : line, events);
    return events;
  }

  private readLine(line: string, events: ServerEvent[]): void {
    if (line === "") {
      if (this.data.length > 0) events.push({ id: this.id, kind: this.kind === "" ? "message" : this.kind, data: this.data.join("\n") });
      this.id = "";
      this.kind = "";
      this.data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") this.id = value;
    else if (name === "event") this.kind = value;
    else if (name === "data") this.data.push(value);
  }
}
