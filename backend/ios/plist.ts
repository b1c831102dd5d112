/** Apple's property lists, in both forms in which a build holds them. */
import { PLIST_LIMITS } from '../apk/limits.ts';
import { isRefusal, quoted, unusable } from '../apk/unusable.ts';
import { readBinaryPlist } from './binary-plist.ts';
import { readXmlPlist } from './xml-plist.ts';

/** A dictionary is a Map, so that no key of it can be one of an object's own. */
export type PlistValue = string | number | boolean | Date | Buffer | PlistValue[] | PlistDict;
export type PlistDict = Map<string, PlistValue>;

/**
 * Reads a list whose root is a dictionary, as all are that are read here.
 *
 * @param name for the sentence of a refusal
 * @throws DevicelaneError `invalid_artifact`
 */
export function readPlist(bytes: Buffer, name: string): PlistDict {
  if (bytes.length > PLIST_LIMITS.bytes) throw unusable(`Its ${quoted(name)} is larger than 2 MiB.`);
  try {
    const root = bytes.toString('latin1', 0, 8) === 'bplist00' ? readBinaryPlist(bytes) : readXmlPlist(bytes);
    if (root instanceof Map) return root;
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw unusable(`Its ${quoted(name)} is damaged.`, error);
  }
  throw unusable(`Its ${quoted(name)} is not a property list with a dictionary.`);
}

export function textAt(dict: PlistDict | undefined, key: string): string | null {
  const value = dict?.get(key);
  return typeof value === 'string' && value !== '' ? value : null;
}

export function dictAt(dict: PlistDict | undefined, key: string): PlistDict | undefined {
  const value = dict?.get(key);
  return value instanceof Map ? value : undefined;
}

export function listAt(dict: PlistDict | undefined, key: string): PlistValue[] {
  const value = dict?.get(key);
  return Array.isArray(value) ? value : [];
}

export function textsAt(dict: PlistDict | undefined, key: string): string[] {
  return listAt(dict, key).filter((value) => typeof value === 'string');
}
