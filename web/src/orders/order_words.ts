import type { Order } from "@/api/types";
import { cents, shares, usdc } from "@/format/number";
import type { Tone } from "@/ui/status_words";

export interface OrderWords {
  word: string;
  tone: Tone;
  /** One sentence for who does not know the word. */
  says: string;
}

const WORDS: Record<Order["status"], OrderWords> = {
  planned: { word: "planned", tone: "idle", says: "Decided; the risk rules have not judged it yet." },
  denied: { word: "denied", tone: "bad", says: "A risk rule said no before anything was sent." },
  reserved: { word: "reserved", tone: "wait", says: "Its money or shares are set aside." },
  signing: { word: "signing", tone: "wait", says: "Waits for a signature." },
  signed: { word: "signed", tone: "wait", says: "Signed, not sent yet." },
  posting: { word: "sending", tone: "wait", says: "On its way to the venue." },
  unknown: { word: "unknown", tone: "wait", says: "The venue did not answer; it is being looked up." },
  live: { word: "resting", tone: "good", says: "Rests in the order book and waits for its price." },
  matched: { word: "matched", tone: "good", says: "Somebody took it; it is being booked." },
  filled: { word: "filled", tone: "good", says: "Done." },
  cancelled: { word: "cancelled", tone: "idle", says: "Ended before all of it was traded." },
  expired: { word: "expired", tone: "idle", says: "Its time was over." },
  rejected: { word: "rejected", tone: "bad", says: "The venue said no." },
};

type Standing = Pick<Order, "status" | "final_at" | "cancel_requested_at">;

export function orderWords(order: Standing): OrderWords {
  if (order.final_at === null && order.cancel_requested_at !== null) return { word: "cancelling…", tone: "wait", says: "Asked to end; what was traded meanwhile counts." };
  return WORDS[order.status];
}

export function mayCancel(order: Standing): boolean {
  return order.final_at === null && order.cancel_requested_at === null && order.status !== "matched";
}

/** "Buy Yes at 52¢ or better", "Sell No at the market, not below 40¢". */
export function wishWords(order: Pick<Order, "side" | "outcome" | "order_type" | "limit_price">): string {
  const verb = order.side === "BUY" ? "Buy" : "Sell";
  const price = cents(order.limit_price);
  if (order.order_type === "limit") return `${verb} ${order.outcome} at ${price} or better`;
  return `${verb} ${order.outcome} at the market${order.side === "SELL" && order.limit_price !== null ? `, not below ${price}` : ""}`;
}

/** How much of what was wanted: shares of a sale, dollars of a purchase. */
export function filledWords(order: Pick<Order, "side" | "shares" | "filled_shares" | "filled_amount" | "amount">): string {
  if (order.side === "SELL") return `${shares(order.filled_shares)} of ${shares(order.shares)} shares`;
  // A part of the capital is worked out when the order is reserved.
  return Number(order.amount) === 0 ? usdc(order.filled_amount) : `${usdc(order.filled_amount)} of ${usdc(order.amount)}`;
}

/** Why it did not go all the way: the rule's sentence before the bare reason. */
export function reasonWords(order: Pick<Order, "status" | "status_reason" | "status_rule" | "cancel_reason" | "risk_checks">): string | null {
  const refused = order.status === "denied" ? order.risk_checks.find(({ passed }) => !passed)?.sentence : undefined;
  return refused ?? order.status_reason ?? order.cancel_reason ?? order.status_rule;
}
