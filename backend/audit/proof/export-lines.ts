/**
 * An export of the log: a JSON object a line, each in canonical form. First whose log it is, then entries in their order,
 * with each checkpoint behind the last entry that it covers, and at the end how many entries there were.
 */
import { canonicalOf, type Json } from './canonical.ts';

export const FORMAT = 'devicelane-audit-1';

export type EntryFields = { [key: string]: Json };
export type ExportLine =
  | { format: string; key: string }
  /** `seal` in base64. */
  | { entry: EntryFields; seal: string }
  | { checkpoint: string }
  | { end: { size: number } };

const FORMS: readonly { [key: string]: string }[] = [
  { format: 'string', key: 'string' },
  { entry: 'object', seal: 'string' },
  { checkpoint: 'string' },
  { end: 'object' },
];

/** null when no export writes such a line. */
export function parseLine(line: string): ExportLine | null {
  let parsed: Json;
  try {
    parsed = JSON.parse(line) as Json;
    // What parses to the same and reads differently was written by another hand.
    if (canonicalOf(parsed) !== line) return null;
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const members: EntryFields = parsed;
  const fits = FORMS.some(
    (form) =>
      Object.keys(form).length === Object.keys(members).length &&
      Object.entries(form).every(([name, type]) => members[name] !== null && typeof members[name] === type),
  );
  return fits ? (members as ExportLine) : null;
}
