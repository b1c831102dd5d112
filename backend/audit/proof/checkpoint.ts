/** Checkpoints (C2SP's tlog-checkpoint): what the log was when it had so many entries, signed. */
import type { KeyObject } from 'node:crypto';
import { type NoteKey, openNote, signNote } from './note.ts';

export type Checkpoint = { origin: string; size: number; root: Buffer };

const TEXT = /^(\S+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/;
/** A signed checkpoint in one line, as it stands in the text of a check: origin, size, root, signature. */
const LINE = /([^\s`"]{1,300}\/audit\/[0-9A-Za-z]+) (\d+) ([A-Za-z0-9+/]{43}=) ([A-Za-z0-9+/]{91}=)/g;
const NOTE =
  /([^\s`"]{1,300}\/audit\/[0-9A-Za-z]+)\r?\n(\d+)\r?\n([A-Za-z0-9+/]{43}=)\r?\n\r?\n— \1 ([A-Za-z0-9+/]{91}=)/g;

/** @returns the signed note */
export function signCheckpoint(
  { size, root }: Omit<Checkpoint, 'origin'>,
  key: NoteKey,
  privateKey: KeyObject,
): string {
  return signNote(`${key.name}\n${size}\n${root.toString('base64')}\n`, key, privateKey);
}

/**
 * Opens a note that this key signed, under whatever name the server had then: the log is known by its key and the last part
 * of its name. null for anything else.
 */
export function openCheckpoint(note: string, key: NoteKey): Checkpoint | null {
  const origin = note.slice(0, note.indexOf('\n'));
  if (logOf(origin) !== logOf(key.name)) return null;
  const [, named, size, root] = TEXT.exec(openNote(note, { ...key, name: origin }) ?? '') ?? [];
  if (named !== origin || !size || !root) return null;
  const checkpoint = { origin, size: Number(size), root: Buffer.from(root, 'base64') };
  return checkpoint.root.toString('base64') === root ? checkpoint : null;
}

/** The part of an origin that stays when the server gets another name. */
const logOf = (origin: string): string => /\/audit\/[0-9A-Za-z]+$/.exec(origin)?.[0] ?? origin;

/** A signed note as one line. */
export function formatLine(note: string): string {
  const [origin, size, root, , signature = ''] = note.split('\n');
  return [origin, size, root, signature.split(' ').at(-1)].join(' ');
}

/** Every signed checkpoint in a text, as notes: whole, as one line, or inside of JSON. */
export function findNotes(text: string): string[] {
  const lines = text.replaceAll('\\n', '\n');
  return [...lines.matchAll(NOTE), ...lines.matchAll(LINE)].map(
    ([, origin, size, root, signature]) => `${origin}\n${size}\n${root}\n\n— ${origin} ${signature}\n`,
  );
}
