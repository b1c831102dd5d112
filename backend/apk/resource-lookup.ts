/** What a resource is, looked up by its id, whichever form the table was compiled to. */
import { VALUE } from './binary-xml.ts';

/** References to references, so that a circle ends. */
const MAX_HOPS = 8;
const MAX_FILE_HOPS = 2;
const MAX_FILES = 64;

/** A resource's value in one configuration. */
export type ResourceValue = {
  /** One of VALUE or another type of Res_value. */
  type: number;
  data: number;
  /** Of a string or file; null for any other type. */
  text: string | null;
  /** 3: default configuration, 2: English in any region, 1: qualified by something else but no language, 0: another language. */
  preference: number;
  /** Dots per inch that it was drawn for; 0 where it says none, 0xfffe for any. */
  density: number;
};

/** A file of a resource in one configuration. */
export type ResourceFile = { path: string; density: number };

export type ResourceTable = {
  /** The text of a string or file resource, null when there is none. */
  text(id: number): string | null;
  boolean(id: number): boolean | null;
  integer(id: number): number | null;
  /** The files of a drawable in all configurations, at most 64. */
  files(id: number): ResourceFile[];
};

/** The table of an APK that has none, or one too large to read. */
export const NO_RESOURCES: ResourceTable = {
  text: () => null,
  boolean: () => null,
  integer: () => null,
  files: () => [],
};

/** @param lookUp a resource's values by its id; it may throw where the table is damaged */
export function resourceTable(lookUp: (id: number) => ResourceValue[]): ResourceTable {
  function find(id: number): ResourceValue | null {
    const values = lookUp(id).filter(({ preference }) => preference > 0);
    return values.sort((a, b) => b.preference - a.preference)[0] ?? null;
  }

  function resolve(id: number): ResourceValue | null {
    let value = find(id);
    for (let hop = 0; value?.type === VALUE.reference; hop++) {
      if (hop === MAX_HOPS) return null;
      value = find(value.data);
    }
    return value;
  }

  function pick<T>(id: number, of: (value: ResourceValue) => T | null): T | null {
    return guarded(() => {
      const value = resolve(id);
      return value === null ? null : of(value);
    }, null);
  }

  function files(id: number, hops: number): ResourceFile[] {
    const found: ResourceFile[] = [];
    for (const value of guarded(() => lookUp(id), [])) {
      if (found.length >= MAX_FILES) break;
      if (value.type === VALUE.string && value.text) found.push({ path: value.text, density: value.density });
      if (value.type === VALUE.reference && hops > 0) found.push(...files(value.data, hops - 1));
    }
    return found.slice(0, MAX_FILES);
  }

  return {
    text: (id) => pick(id, (value) => (value.type === VALUE.string ? value.text : null)),
    boolean: (id) => pick(id, (value) => (value.type === VALUE.boolean ? value.data !== 0 : null)),
    integer: (id) =>
      pick(id, (value) => (value.type === VALUE.integer || value.type === VALUE.hex ? value.data : null)),
    files: (id) => files(id, MAX_FILE_HOPS),
  };
}

function guarded<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    // One damaged entry leaves one reference unresolved; the manifest itself is whole.
    return otherwise;
  }
}
