import type { Position } from "@/api/types";
import { askerWords, exitStateWords, exitWords } from "@/exits/exit_words";
import { cents, shares } from "@/format/number";
import { useTakeBackExit } from "@/queries/positions";
import { Pill } from "@/ui/Pill";
import classes from "./Positions.module.css";

/** The rules that watch the position with their state, and what is being sold of it just now. */
export function PositionExits({ position }: { position: Position }) {
  return (
    <>
      {position.exits.length === 0 ? (
        <span className={classes.none}>none set</span>
      ) : (
        <ul className={classes.exits}>
          {position.exits.map((exit) => {
            const { word, tone } = exitStateWords(exit.state);
            return (
              <li key={exit.rule}>
                <span>{exitWords(exit)}</span>
                <Pill tone={tone} small title={exit.peak_price === null ? undefined : `Highest bid since entry: ${cents(exit.peak_price)}`}>
                  {word}
                </Pill>
              </li>
            );
          })}
        </ul>
      )}
      {position.open_requests.map((request) => (
        <span key={request.id} className={classes.selling}>
          Selling, {askerWords(request.rule)}: {shares(request.shares_sold)} of {shares(request.shares_wanted ?? request.shares ?? position.shares)} sold
          {request.failure === null ? "" : `. ${request.failure}`}
          {request.status === "pending" ? <TakeBack position={position} requestId={request.id} /> : null}
        </span>
      ))}
    </>
  );
}

function TakeBack({ position, requestId }: { position: Position; requestId: string }) {
  const takeBack = useTakeBackExit(position);
  return (
    <button type="button" className={classes.takeBack} disabled={takeBack.isPending} onClick={() => takeBack.mutate(requestId)}>
      Take back
    </button>
  );
}
