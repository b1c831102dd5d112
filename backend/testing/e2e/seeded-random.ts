/** Random numbers that a seed repeats: DEVICELANE_SEED, or one that is new each time and shown by the test. */
export function seededRandom(): { seed: number; next(): number } {
  const seed = Number(process.env.DEVICELANE_SEED ?? Date.now() % 1_000_000);
  let state = seed;
  return {
    seed,
    /** From 0 up to 1: mulberry32. */
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
