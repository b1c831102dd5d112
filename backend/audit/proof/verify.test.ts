import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EntryFields, ExportLine } from './export-lines.ts';
import { formatKey } from './note.ts';
import { sampleKey } from './sample-key.ts';
import { sampleEntry, sampleLog, written } from './sample-log.ts';
import { type Trusted, verifyExport } from './verify.ts';

const SIZE = 40;
const entries = Array.from({ length: SIZE }, (_, seq) => sampleEntry(seq));
const { lines, notes } = sampleLog(entries, 16);

const verify = (changed: readonly (ExportLine | string)[], trusted: Partial<Trusted> = {}) =>
  verifyExport(written(changed), { key: null, older: [], ...trusted });
const lineOf = (seq: number): number => lines.findIndex((line) => 'entry' in line && line.entry.seq === seq);
const replaced = (seq: number, changes: EntryFields): ExportLine[] =>
  lines.map((line, index) =>
    index === lineOf(seq) && 'entry' in line ? { ...line, entry: { ...line.entry, ...changes } } : line,
  );

describe('an export as it was written', () => {
  test('is fine, with all its entries, and extends every checkpoint that was kept', async () => {
    const verified = await verify(lines, { older: notes, key: sampleKey() });
    expect(verified).toEqual({
      entries: SIZE,
      proven: SIZE,
      extended: SIZE + 1,
      root: notes[SIZE]!.split('\n')[2],
      key: formatKey(sampleKey()),
      bad: null,
    });
  });

  test('has what no checkpoint proves under its seals alone', async () => {
    expect(await verify(lines)).toMatchObject({ entries: SIZE, proven: 32, bad: null });
    expect(await verify(sampleLog(entries, 0).lines)).toMatchObject({ entries: SIZE, proven: 0, bad: null });
  });

  test('may be empty', async () => {
    expect(await verify(sampleLog([], 16).lines, { older: [notes[0]!] })).toMatchObject({ entries: 0, bad: null });
  });

  test('may have entries that a clock or a slow transaction dated a little back', async () => {
    const late = entries.map((entry, seq) => (seq === 20 ? { ...entry, at: sampleEntry(0).at! } : entry));
    expect(await verify(sampleLog(late, 16).lines)).toMatchObject({ bad: null });
  });
});

describe('the first bad entry is named', () => {
  test.each<[string, (ExportLine | string)[], number, RegExp]>([
    ['changed, below a checkpoint', replaced(5, { actor: 'operator' }), 5, /not what was sealed/],
    ['changed, behind the last checkpoint', replaced(37, { code: 'nothing' }), 37, /not what was sealed/],
    ['changed in its detail', replaced(6, { detail: { bytes: 61 } }), 6, /not what was sealed/],
    ['changed by a member more', replaced(6, { more: 1 }), 6, /not what was sealed/],
    ['dated back', replaced(30, { at: '2026-01-02T03:00:00.000000Z' }), 30, /dated before/],
    [
      'told to be foreign',
      sampleLog(entries.with(30, { ...entries[30]!, foreign: true }), 16).lines,
      30,
      /did not write/,
    ],
    ['told to be foreign, afterwards', replaced(30, { foreign: true }), 30, /did not write/],
    ['dated ahead', replaced(30, { at: '2027-01-02T03:00:00.000000Z' }), 30, /not what was sealed/],
    ['without a time', replaced(3, { at: 'yesterday' }), 3, /no number or no time/],
    ['taken out before a checkpoint', lines.toSpliced(lineOf(31), 1), 31, /missing/],
    ['taken out', lines.toSpliced(lineOf(9), 1), 9, /missing/],
    ['put in', lines.toSpliced(lineOf(9), 0, lines[lineOf(4)]!), 9, /out of order/],
    ['the last one taken out', lines.toSpliced(lineOf(SIZE - 1), 1), SIZE - 1, /line \d+ is not one/],
    ['cut off', lines.slice(0, lineOf(33)), 33, /breaks off/],
    ['cut off within a line', [...lines.slice(0, lineOf(33)), '{"entry":{"actor":"wor'], 33, /line \d+ is not one/],
    [
      'written otherwise',
      lines.map((line, at) => (at === lineOf(2) ? JSON.stringify(line, null, 1) : line)),
      2,
      /line 4/,
    ],
    ['followed by another', [...lines, lines[lineOf(SIZE - 1)]!], SIZE, /line \d+ is not one/],
  ])('%s', async (_, changed, seq, reason) => {
    const { bad } = await verify(changed);
    expect(bad?.seq).toBe(seq);
    expect(bad?.reason).toMatch(reason);
  });

  test('swapped with the next, numbers and all', async () => {
    const [one, other] = [lineOf(20), lineOf(21)];
    const swapped = lines.with(one, lines[other]!).with(other, lines[one]!);
    expect((await verify(swapped)).bad).toMatchObject({ seq: 20 });
    const swap = (seq: number, by: number): EntryFields => ({ ...entries[by]!, seq });
    const renumbered = lines
      .with(one, { entry: swap(20, 21), seal: sealOf(20) })
      .with(other, { entry: swap(21, 20), seal: sealOf(21) });
    expect((await verify(renumbered)).bad).toMatchObject({
      seq: 20,
      reason: expect.stringContaining('not what was sealed'),
    });
  });

  test('taken out, and all behind it numbered anew', async () => {
    const shifted = entries.toSpliced(7, 1).map((entry, seq) => ({ ...entry, seq }));
    const forged: ExportLine[] = shifted.map((entry, seq) => ({ entry, seal: sealOf(seq >= 7 ? seq + 1 : seq) }));
    const { bad } = await verify([lines[0]!, ...forged, { end: { size: forged.length } }]);
    expect(bad).toMatchObject({ seq: 7, reason: expect.stringContaining('not what was sealed') });
  });

  const sealOf = (seq: number): string => (lines[lineOf(seq)] as { seal: string }).seal;
});

describe('against a checkpoint that was kept', () => {
  test('an end that was taken off is missing', async () => {
    const short = sampleLog(entries.slice(0, 30), 16).lines;
    expect((await verify(short)).bad).toBeNull();
    const { bad } = await verify(short, { older: [notes[10]!, notes[35]!] });
    expect(bad).toMatchObject({ seq: 30, reason: expect.stringContaining('has 35 entries') });
  });

  test('a log that was written anew with its own key is told, between the checkpoints that still hold', async () => {
    const anew = sampleLog(entries.with(21, { ...entries[21]!, actor: 'operator' }), 16).lines;
    expect((await verify(anew)).bad).toBeNull();
    const { bad } = await verify(anew, { older: [notes[18]!, notes[25]!, notes[40]!] });
    expect(bad).toMatchObject({ seq: 18, through: 24, reason: expect.stringContaining('one of these') });
  });

  test('a log that was written anew with another key is told', async () => {
    const anew = sampleLog(entries, 16, sampleKey(1)).lines;
    expect((await verify(anew)).bad).toBeNull();
    expect((await verify(anew, { older: [notes[8]!] })).bad?.reason).toMatch(/not signed by this log/);
    expect((await verify(anew, { key: sampleKey() })).bad?.reason).toMatch(/another key/);
  });

  test.each([
    ['altered', notes[8]!.replace('\n8\n', '\n9\n')],
    ['of another log', sampleLog(entries, 16, sampleKey(0, 'devicelane.example/audit/9')).notes[8]!],
  ])('one that is %s is refused', async (_, note) => {
    expect((await verify(lines, { older: [note] })).bad).toMatchObject({ seq: null });
  });
});

describe('a checkpoint in the file', () => {
  const at = lines.findIndex((line) => 'checkpoint' in line);
  test.each<[string, ExportLine[]]>([
    ['that was altered', lines.with(at, { checkpoint: notes[16]!.replace('\n16\n', '\n17\n') })],
    ['of another size', lines.with(at, { checkpoint: notes[15]! })],
    ['in the wrong place', lines.toSpliced(at, 1).toSpliced(at + 3, 0, lines[at]!)],
  ])('%s is told', async (_, changed) => {
    expect((await verify(changed)).bad).toMatchObject({
      seq: null,
      reason: expect.stringMatching(/checkpoint on line \d+/),
    });
  });
});

test.each<[string, string[]]>([
  ['nothing', []],
  ['another file', ['{"name":"x"}']],
  ['another format', ['{"format":"devicelane-audit-2","key":"x"}']],
  ['a deep one', ['['.repeat(100_000)]],
  ['null', ['null']],
])('%s is no export', async (_, text) => {
  expect((await verify(text)).bad).toMatchObject({ seq: null });
});

describe('whatever is done to the lines', () => {
  /** What one may do to one line or two, and the first place at which the log then is not what it was. */
  const change = fc.oneof(
    fc.record({
      kind: fc.constant('edit'),
      at: fc.nat(SIZE - 1),
      field: fc.constantFrom('actor', 'code', 'object', 'requestId'),
      to: fc.string(),
    }),
    fc.record({ kind: fc.constant('delete'), at: fc.nat(SIZE - 1) }),
    fc.record({ kind: fc.constant('swap'), at: fc.nat(SIZE - 2) }),
    fc.record({ kind: fc.constant('back-date'), at: fc.nat(SIZE - 1), by: fc.integer({ min: 1, max: 10 ** 9 }) }),
    fc.record({ kind: fc.constant('cut'), at: fc.nat(SIZE - 1) }),
  ) as fc.Arbitrary<{ kind: string; at: number; field?: string; to?: string; by?: number }>;

  function apply({ kind, at, field, to, by }: { kind: string; at: number; field?: string; to?: string; by?: number }) {
    const [line, entry] = [lineOf(at), entries[at]!];
    if (kind === 'delete') return lines.toSpliced(line, 1);
    if (kind === 'swap') return lines.with(line, lines[lineOf(at + 1)]!).with(lineOf(at + 1), lines[line]!);
    if (kind === 'cut') return lines.slice(0, line);
    const back = new Date(Date.parse(String(entry.at)) - (by ?? 0)).toISOString().replace('Z', '000Z');
    return replaced(at, kind === 'edit' ? { [field!]: to! } : { at: back });
  }

  test('is located, with an older checkpoint and without', async () => {
    await fc.assert(
      fc.asyncProperty(change, fc.nat(SIZE), async (done, kept) => {
        fc.pre(done.kind !== 'edit' || done.to !== entries[done.at]![done.field!]);
        const changed = apply(done);
        for (const older of [[], [notes[kept]!]]) {
          expect((await verify(changed, { older })).bad?.seq).toBe(done.at);
        }
      }),
      { numRuns: 300 },
    );
  });
});
