/** Geometry of a small curve: moments and amounts become lines in a box, broken where points are missing. */

export interface CurvePoint {
  atMs: number;
  amount: number;
  /** Points are missing before this one: no line is drawn to it. */
  gapBefore: boolean;
}

export interface Curve {
  /** One path per unbroken piece; a piece of one point is a dot. */
  lines: string[];
  dots: { x: number; y: number }[];
  /** Where nothing was gained or lost. */
  zeroY: number;
  lowest: number;
  highest: number;
  gaps: number;
}

export const BOX = { width: 600, height: 120 } as const;

/** Null for fewer than two points: there is nothing to draw yet. */
export function drawCurve(points: readonly CurvePoint[]): Curve | null {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return null;
  const amounts = points.map((point) => point.amount);
  const lowest = Math.min(...amounts);
  const highest = Math.max(...amounts);
  // Zero is always in the picture: a curve without it does not say whether something was won.
  const bottom = Math.min(lowest, 0);
  const span = Math.max(highest, 0) - bottom || 1;
  const time = last.atMs - first.atMs || 1;
  const x = (point: CurvePoint) => round(((point.atMs - first.atMs) / time) * BOX.width);
  const y = (amount: number) => round(BOX.height - ((amount - bottom) / span) * BOX.height);
  const pieces = pieceTogether(points);
  return {
    lines: pieces.filter((piece) => piece.length > 1).map((piece) => `M${piece.map((point) => `${x(point)} ${y(point.amount)}`).join("L")}`),
    dots: pieces.flatMap(([only, ...more]) => (only !== undefined && more.length === 0 ? [{ x: x(only), y: y(only.amount) }] : [])),
    zeroY: y(0),
    lowest,
    highest,
    gaps: pieces.length - 1,
  };
}

function pieceTogether(points: readonly CurvePoint[]): CurvePoint[][] {
  const pieces: CurvePoint[][] = [];
  for (const point of points) {
    const current = pieces.at(-1);
    if (current === undefined || point.gapBefore) pieces.push([point]);
    else current.push(point);
  }
  return pieces;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
