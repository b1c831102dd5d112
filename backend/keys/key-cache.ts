import type { KeyObject } from 'node:crypto';

const MAX_KEYS = 10_000;

/**
 * Unwrapped keys, by their path, for a bounded time: another process may destroy a key, and then this one must forget it too.
 * A use does not prolong an entry's time, so entries stand in the order in which they end.
 */
export class KeyCache {
  readonly #keys = new Map<string, { key: Promise<KeyObject>; endsAt: number }>();
  readonly #clock: () => number;
  readonly #lifetimeMs: number;

  constructor(clock: () => number, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  /** Returns the key, loaded at most once at a time; a failure is not kept. */
  get(path: readonly string[], load: () => Promise<KeyObject>): Promise<KeyObject> {
    this.#forgetEnded();
    const name = path.join('/');
    const known = this.#keys.get(name);
    if (known) return known.key;

    this.#makeRoom();
    const entry = { key: load(), endsAt: this.#clock() + this.#lifetimeMs };
    this.#keys.set(name, entry);
    entry.key.catch(() => {
      if (this.#keys.get(name) === entry) this.#keys.delete(name);
    });
    return entry.key;
  }

  /** Forgets the key at a path and all below it, those still loading included. */
  drop(path: readonly string[]): void {
    const name = path.join('/');
    for (const key of this.#keys.keys()) {
      if (key === name || key.startsWith(`${name}/`)) this.#keys.delete(key);
    }
  }

  #forgetEnded(): void {
    const now = this.#clock();
    for (const [name, { endsAt }] of this.#keys) {
      if (endsAt > now) break;
      this.#keys.delete(name);
    }
  }

  #makeRoom(): void {
    for (const name of this.#keys.keys()) {
      if (this.#keys.size < MAX_KEYS) break;
      this.#keys.delete(name);
    }
  }
}
