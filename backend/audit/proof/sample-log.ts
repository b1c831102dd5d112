/** A log as it is exported, for tests: its lines, and the checkpoints that somebody kept. */
import { canonicalOf } from './canonical.ts';
import { signCheckpoint } from './checkpoint.ts';
import { type EntryFields, type ExportLine, FORMAT } from './export-lines.ts';
import { formatKey } from './note.ts';
import { sampleKey } from './sample-key.ts';
import { sealEntry } from './seal.ts';
import { hashLeaf, Tree } from './tree.ts';

const START_MS = Date.parse('2026-01-02T03:04:05Z');

export function sampleEntry(seq: number): EntryFields {
  const at = new Date(START_MS + seq * 1_000).toISOString().replace('Z', '000Z');
  const detail: EntryFields = seq % 3 === 0 ? { bytes: seq * 10 } : {};
  return {
    actor: 'worker',
    at,
    code: 'run.started',
    detail,
    object: `run_${seq}`,
    outcome: 'allowed',
    requestId: 'r',
    seq,
  };
}

export type SampleLog = {
  lines: ExportLine[];
  /** The signed checkpoint of each size. */
  notes: string[];
};

/** @param every a checkpoint stands behind so many entries; 0: none does */
export function sampleLog(entries: readonly EntryFields[], every: number, key = sampleKey()): SampleLog {
  const tree = new Tree();
  const note = (): string => signCheckpoint({ size: tree.size, root: tree.root() }, key, key.privateKey);
  const lines: ExportLine[] = [{ format: FORMAT, key: formatKey(key) }];
  const notes = [note()];
  for (const entry of entries) {
    const leaf = hashLeaf(canonicalOf(entry));
    const seal = sealEntry({ seq: tree.size, leaf }, key.privateKey).toString('base64');
    tree.append(leaf);
    notes.push(note());
    lines.push({ entry, seal });
    if (every > 0 && tree.size % every === 0) lines.push({ checkpoint: note() });
  }
  lines.push({ end: { size: tree.size } });
  return { lines, notes };
}

export async function* written(lines: readonly (ExportLine | string)[]): AsyncGenerator<string> {
  for (const line of lines) yield typeof line === 'string' ? line : canonicalOf(line);
}
