import { DevicelaneError } from '../errors.ts';

/** The refusal of a file that is not a usable build. The sentence goes to the person who uploaded it. */
export function unusable(sentence: string, cause?: unknown): DevicelaneError {
  return new DevicelaneError('invalid_artifact', sentence, { cause });
}

export function isRefusal(error: unknown): boolean {
  return error instanceof DevicelaneError && error.code === 'invalid_artifact';
}

/** A name out of the file, fit to stand in a sentence: short, and without control or direction characters. */
export function quoted(name: string): string {
  const printable = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  return JSON.stringify(printable.length > 80 ? `${printable.slice(0, 80)}…` : printable);
}
