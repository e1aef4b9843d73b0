import type { EquityCurve } from "@/api/types";
import { plural, signedUsdc } from "@/format/number";
import { toMs } from "@/format/time";
import { BOX, drawCurve, type CurvePoint } from "./equity_path";
import classes from "./EquityChart.module.css";

interface EquityChartProps {
  curve: EquityCurve;
  /** What it is worth right now, when that is known. */
  now: { at: string; pnl: string } | null;
  /** "in the last 30 days". */
  span: string;
}

function pointsOf({ curve, now }: EquityChartProps): CurvePoint[] {
  const stored = curve.before === null ? curve.items : [{ ...curve.before, at: curve.begin }, ...curve.items];
  const points = stored.flatMap(({ at, pnl, gap_before }) => {
    const atMs = toMs(at);
    return atMs === null ? [] : [{ atMs, amount: Number(pnl), gapBefore: gap_before }];
  });
  const nowMs = now === null ? null : toMs(now.at);
  return now === null || nowMs === null ? points : [...points, { atMs: nowMs, amount: Number(now.pnl), gapBefore: false }];
}

/** Equity less the capital given, so that money moved in or out is no jump. */
export function EquityChart(props: EquityChartProps) {
  const points = pointsOf(props);
  const curve = drawCurve(points);
  if (curve === null) return <p className={classes.none}>The curve begins with the second point; one is made every five minutes while something is held.</p>;
  const lowest = signedUsdc(String(curve.lowest));
  const highest = signedUsdc(String(curve.highest));
  const gaps = curve.gaps === 0 ? "" : ` ${plural(curve.gaps, "gap")}: market data could not be read.`;
  const first = signedUsdc(String(points[0]?.amount ?? 0));
  const last = signedUsdc(String(points.at(-1)?.amount ?? 0));
  return (
    <figure className={classes.figure}>
      <div className={classes.plot}>
        <svg viewBox={`0 0 ${BOX.width} ${BOX.height}`} preserveAspectRatio="none" role="img" className={classes.svg}>
          <title>{`Profit ${props.span}: from ${first} to ${last}, lowest ${lowest}, highest ${highest}.${gaps}`}</title>
          <line x1={0} x2={BOX.width} y1={curve.zeroY} y2={curve.zeroY} className={classes.zero} />
          {curve.lines.map((line) => (
            <path key={line} d={line} className={classes.line} />
          ))}
          {curve.dots.map(({ x, y }) => (
            <path key={x} d={`M${x} ${y}h0.01`} className={classes.dot} />
          ))}
        </svg>
        <span className={classes.highest}>{highest}</span>
        <span className={classes.lowest}>{lowest}</span>
      </div>
      <figcaption className={classes.caption}>
        Equity less the capital given, {props.span}.{gaps}
      </figcaption>
    </figure>
  );
}
