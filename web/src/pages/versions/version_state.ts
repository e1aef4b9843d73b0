/** Newer than the published version: a draft. Older ones were published, or left behind. */
export function versionState(number: number, published: number): "draft" | "published" | "earlier" {
  if (number === published) return "published";
  return number > published ? "draft" : "earlier";
}
