/** What the probe asks, as data: a server that does what it must refuses every one of these. */
import type { Target } from './target.ts';

export type Attack = {
  /** Of the list of attacks that this product must stand: `A3`; `-` for what an attacker would do next. */
  row: string;
  /** What is asked. */
  asks: string;
  /** What must come. */
  must: string;
  /** What came instead, in words that hold nothing of what was sent or answered; null: refused. @throws NoAnswer */
  attempt(target: Target): Promise<string | null>;
};

/** The server said nothing that could be judged. */
export class NoAnswer extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = this.constructor.name;
  }
}

/** Requests at once. */
const AT_ONCE = 4;
const NAMED = 3;

/**
 * Attempts each, a few at a time. Returns what came where something was let through, the first few of it by name.
 * @throws NoAnswer where nothing was let through and something said nothing
 */
export async function attemptEach<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  attempt: (item: T) => Promise<string | null>,
): Promise<string | null> {
  const came: string[] = [];
  const silent: NoAnswer[] = [];
  const attemptOne = async (item: T): Promise<void> => {
    try {
      const what = await attempt(item);
      if (what !== null) came.push(`${nameOf(item)}: ${what}`);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      silent.push(error);
    }
  };
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await Promise.all(items.slice(start, start + AT_ONCE).map(attemptOne));
  }
  if (came.length > 0) {
    const more = came.length - NAMED;
    return came.slice(0, NAMED).join('; ') + (more > 0 ? `; and ${more} more` : '');
  }
  if (silent[0]) throw silent[0];
  return null;
}
