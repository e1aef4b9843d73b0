import { ApiProblem, sentenceOf } from "@/api/problem";

export interface PlacedSettingErrors {
  fields: Record<string, string>;
  /** What belongs to no field. */
  general: string[];
}

const PLACES: [RegExp, (match: RegExpExecArray) => string][] = [
  [/schedule\.time_zone/, () => "timeZone"],
  [/schedule\.windows\.(\d+)\.(days|start|end)/, ([, place, part]) => `windows.${place ?? 0}.${part ?? "days"}`],
  [/schedule\.windows\.(\d+)/, ([, place]) => `windows.${place ?? 0}.days`],
  [/schedule\.blackout_dates/, () => "blackouts"],
  [/schedule/, () => "schedule"],
  [/error_policy\.error_after|^error_after/, () => "errorAfter"],
  [/error_policy\.retries/, () => "retries"],
  [/error_policy\.on_failure/, () => "onFailure"],
  [/watchlist\.expire_after_hours/, () => "expireCount"],
  [/watchlist\.cap/, () => "cap"],
];

/** Puts each line of refused settings beside the field it is about. */
export function placeSettingErrors(error: unknown): PlacedSettingErrors {
  if (!(error instanceof ApiProblem) || error.lines.length === 0) return { fields: {}, general: [sentenceOf(error)] };
  const placed: PlacedSettingErrors = { fields: {}, general: [] };
  for (const { field, message } of error.lines) {
    const found = PLACES.map(([shape, name]) => ({ match: shape.exec(field ?? ""), name })).find(({ match }) => match !== null);
    if (found?.match) placed.fields[found.name(found.match)] ??= sentence(message);
    else placed.general.push(sentence(message));
  }
  return placed;
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(begun) ? begun : `${begun}.`;
}
