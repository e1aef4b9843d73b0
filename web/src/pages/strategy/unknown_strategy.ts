import { ApiProblem } from "@/api/problem";

/** An id of the wrong shape names nothing either. */
export function isUnknown(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 404 || error.status === 422);
}
