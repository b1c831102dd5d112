/** Times things by turns in one run: machines drift, ratios hold. */

export type Figure = { what: string; medianMs: number; bestMs: number; worstMs: number; bytes?: number };

type Options = {
  rounds: number;
  /** Bytes that each goes through, for a rate. */
  bytes?: number;
};

/** What it returns clears up, for which no time is taken. */
type Thing = () => Promise<void | (() => Promise<void>)>;

/** One warm-up of each, then all in turn, round after round. The first named is ours; the others are what it is held against. */
export async function byTurns(things: Readonly<Record<string, Thing>>, { rounds, bytes }: Options): Promise<Figure[]> {
  const times = new Map<string, number[]>(Object.keys(things).map((what) => [what, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [what, run] of Object.entries(things)) {
      const startedAt = performance.now();
      const clearUp = await run();
      if (round >= 0) times.get(what)?.push(performance.now() - startedAt);
      await clearUp?.();
    }
  }
  return [...times].map(([what, taken]) => ({ ...figureOf(what, taken), ...(bytes ? { bytes } : {}) }));
}

/** @param taken milliseconds of each round */
export function figureOf(what: string, taken: readonly number[]): Figure {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { what, medianMs: at(Math.floor(sorted.length / 2)), bestMs: at(0), worstMs: at(sorted.length - 1) };
}
