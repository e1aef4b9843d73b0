export interface Piece {
  text: string;
  /** Why this piece was not understood; null where nothing is wrong. */
  why: string | null;
}

interface Fragment {
  /** In code points, as the server counts. */
  offset: number;
  text: string;
  why: string;
}

/** The text in pieces, those that were not understood marked. Pieces that do not lie in it are left out. */
export function markedText(text: string, fragments: readonly Fragment[]): Piece[] {
  const letters = Array.from(text);
  const pieces: Piece[] = [];
  let at = 0;
  for (const { offset, text: said, why } of [...fragments].sort((one, other) => one.offset - other.offset)) {
    const end = offset + Array.from(said).length;
    if (offset < at || end > letters.length) continue;
    if (offset > at) pieces.push({ text: letters.slice(at, offset).join(""), why: null });
    pieces.push({ text: letters.slice(offset, end).join(""), why });
    at = end;
  }
  if (at < letters.length) pieces.push({ text: letters.slice(at).join(""), why: null });
  return pieces;
}
