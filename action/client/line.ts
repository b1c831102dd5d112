/** The speed of the line to the server, told from answers that say how long the server itself took for them. */

/** Bytes up to which an answer tells the line's delay, and from which on it tells its speed. */
const SMALL = 4 * 1024;
const TELLING = 32 * 1024;
/** Milliseconds that such an answer takes to be handled beside its way: on a quick line that is half of what is seen. */
const HANDLING = 0.4;
/** Milliseconds: no clock here tells less. */
const LEAST = 0.1;
/** Bytes a second, as on 1 Gbit/s: what is quicker cannot be told from so few bytes. */
const MOST = 125_000_000;

export type Exchange = {
  /** Bytes. */
  sent: number;
  received: number;
  milliseconds: number;
  ofServer: number | null;
  /** What came after the first piece of the answer, and in which time. */
  rest: { received: number; milliseconds: number };
};

export class Line {
  #delay = 0;
  #received = 0;
  #milliseconds = 0;

  note({ sent, received, milliseconds, ofServer, rest }: Exchange): void {
    if (ofServer === null || sent > SMALL) return;
    const onTheWay = Math.max(LEAST, milliseconds - ofServer);
    if (received <= SMALL) this.#delay = this.#delay === 0 ? onTheWay : Math.min(this.#delay, onTheWay);
    if (received < TELLING) return;
    // A delay that was seen while this side was busy is too long; a first piece that was read late leaves too little time.
    const ofRest = rest.received < TELLING ? 0 : (rest.milliseconds * received) / rest.received;
    this.#received += received;
    this.#milliseconds += Math.max(LEAST, onTheWay - this.#delay - HANDLING, ofRest);
  }

  /** Bytes a second; null while too few have come to tell. */
  rate(): number | null {
    return this.#received === 0 ? null : Math.min(MOST, (1000 * this.#received) / this.#milliseconds);
  }
}

/** Milliseconds of the metric `app` of a `Server-Timing` header (W3C); null where it has none. */
export function parseServerTiming(value: string | null): number | null {
  const duration = /^app;dur=(\d{1,9}(?:\.\d{1,6})?)$/.exec(value ?? '')?.[1];
  return duration === undefined ? null : Number(duration);
}
