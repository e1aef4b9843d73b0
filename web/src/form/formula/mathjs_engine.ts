import type { MathJsInstance } from "mathjs";

let loading: Promise<MathJsInstance> | null = null;

/** The library that computes formulas on the server, in a chunk of its own: loaded when the first formula is looked at. */
export function loadMathjs(): Promise<MathJsInstance> {
  loading ??= import("./mathjs_instance").then(({ math }) => math).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}
