/** A time limit on silence, not on the whole: a slow line may take hours as long as bytes move. */
export type IdleLimit = { signal: AbortSignal; touch(): void; stop(): void };

/** Aborts its signal when `touch` has not been called for so many milliseconds. */
export function startIdleLimit(milliseconds: number): IdleLimit {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`no byte moved for ${Math.round(milliseconds / 1000)} s`)),
    milliseconds,
  );
  return {
    signal: controller.signal,
    touch: () => void timer.refresh(),
    /** Also lets go of a connection whose answer nobody read to its end. */
    stop() {
      clearTimeout(timer);
      controller.abort();
    },
  };
}

const PIECE = 64 * 1024;

/** The bytes as a stream of small pieces, so that each one that the network takes counts as a sign of life. */
export function watchedStream(bytes: Uint8Array, touch: () => void): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        touch();
        controller.enqueue(bytes.subarray(at, at + PIECE));
        at += PIECE;
        if (at >= bytes.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
