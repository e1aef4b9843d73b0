import type { Position, Resolution } from "@/api/types";
import type { Tone } from "@/ui/status_words";

const BASES: Record<string, string> = {
  bid: "best bid",
  no_bid: "no bid, counts as 0",
  closed: "market closed, the venue's price",
  unknown: "the venue tells no price",
  unread: "not read yet",
};

/** What the price of a position is made of. */
export function markWords(mark: Position["mark"]): string {
  return mark === null ? "not read yet" : (BASES[mark.basis] ?? mark.basis);
}

/** What is known of the market's end; null while it is simply open. Only the last word of the venue moves capital. */
export function endWords({ state, proposed_outcome: proposed, winner }: Pick<Resolution, "state" | "proposed_outcome" | "winner">): { word: string; tone: Tone } | null {
  switch (state) {
    case "open":
      return null;
    case "proposed":
      return { word: proposed === null ? "result proposed" : `proposed: ${proposed}`, tone: "wait" };
    case "disputed":
      return { word: "result disputed", tone: "bad" };
    case "resolved":
      return { word: winner === null ? "resolved" : `resolved: ${winner}`, tone: "paper" };
    case "void":
      return { word: "void", tone: "paper" };
  }
}
