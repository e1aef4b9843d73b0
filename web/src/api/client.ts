import createClient from "openapi-fetch";
import { problemFrom, unreachable } from "./problem";
import type { paths } from "./schema";

/** Cookie-authenticated writes must carry this header; a foreign page cannot send it. */
const SAME_SITE_PROOF = { "X-Cascadian": "1" };

export const api = createClient<paths>({ baseUrl: "/", headers: SAME_SITE_PROOF, credentials: "same-origin" });

interface Answer<T> { data?: T; error?: unknown; response: Response }

/** Unwraps an answer; throws ApiProblem when the API refused or did not answer. */
export async function answered<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (!answer.response.ok) throw problemFrom(answer.response.status, answer.error);
  return answer.data as T;
}

/** A fresh key per click, the same for every repetition of that click. */
export function idempotencyKey(): string {
  // randomUUID exists only on https and localhost; the page may be served by plain http inside a network.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
