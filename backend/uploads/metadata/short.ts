/** Bounds what a build may say of itself: what it wrote is stored, sent and shown. */
const MAX_TEXT = 256;
const MAX_LIST = 500;

export function short(text: string): string;
export function short(text: string | null): string | null;
export function short(text: string | null): string | null {
  return text === null ? null : text.slice(0, MAX_TEXT);
}

export function shortList(texts: readonly string[]): string[] {
  return texts.slice(0, MAX_LIST).map((text) => short(text));
}
