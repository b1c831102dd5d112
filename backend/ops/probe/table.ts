/** Prints what the probe found, a line an attack. */
import type { Report, Row } from './probe.ts';

export function renderTable({ url, requests, limited, rows }: Report): string {
  const width = (pick: (row: Row) => string): number => Math.max(...rows.map((row) => pick(row).length));
  const [group, row, asks] = [width((each) => each.group), width((each) => each.row), width((each) => each.asks)];
  const lines = rows.flatMap((each) => [
    [each.result.padEnd(11), each.group.padEnd(group), each.row.padEnd(row), each.asks.padEnd(asks), each.must].join(
      '  ',
    ),
    ...(each.came === null ? [] : [`             came: ${each.came}`]),
  ]);
  const count = (result: Row['result']): number => rows.filter((each) => each.result === result).length;
  const counted = `${count('refused')} refused, ${count('LET THROUGH')} let through, ${count('no answer')} without an answer`;
  return [
    ...lines,
    '',
    `${url}: ${rows.length} attacks in ${requests} requests: ${counted}.`,
    ...(limited > 0 ? [`${limited} answers were 429: refused before they were looked at. Ask again later.`] : []),
  ].join('\n');
}
