import { useRef } from "react";
import { idempotencyKey } from "@/api/client";

/** One key per thing that is asked for, however often it is asked: a repetition after a lost answer does nothing a second time. */
export function useOnceKey() {
  const sent = useRef<{ request: string; key: string } | null>(null);
  return {
    keyFor: (request: unknown) => {
      const text = JSON.stringify(request);
      if (sent.current?.request !== text) sent.current = { request: text, key: idempotencyKey() };
      return { "Idempotency-Key": sent.current.key };
    },
    forget: () => {
      sent.current = null;
    },
  };
}
