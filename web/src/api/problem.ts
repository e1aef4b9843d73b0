/** One line of a problem answer: which field or node it is about, and a sentence for people. */
export interface ProblemLine {
  node_id?: string | null;
  field?: string | null;
  code: string;
  message: string;
}

/** An error the API answered with (application/problem+json), or `code: "unreachable"` when it did not answer. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly lines: readonly ProblemLine[];

  constructor(status: number, code: string, message: string, lines: readonly ProblemLine[] = []) {
    super(message);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
    this.lines = lines;
  }

  /** True when asking again later may help: the API is away or one of its parts restarts. */
  get passing(): boolean {
    return this.code === "unreachable" || this.status >= 500;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function lineOf(value: unknown): ProblemLine[] {
  if (!isRecord(value)) return [];
  const message = text(value.message);
  if (message === null) return [];
  return [{ node_id: text(value.node_id), field: text(value.field), code: text(value.code) ?? "invalid", message }];
}

/** Reads whatever an error response carried; anything that is no problem document becomes a plain sentence. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  if (!isRecord(body)) return new ApiProblem(status, `http_${status}`, `The server answered with status ${status}.`);
  const lines = Array.isArray(body.errors) ? body.errors.flatMap(lineOf) : [];
  const message = text(body.detail) ?? text(body.title) ?? `The server answered with status ${status}.`;
  return new ApiProblem(status, text(body.code) ?? `http_${status}`, message, lines);
}

export function unreachable(): ApiProblem {
  return new ApiProblem(0, "unreachable", "Cascadian's server does not answer.");
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong.";
}
