/**
 * Text from outside in GitHub's Markdown. It stands only in code, since nothing is live there: no mention, link, image,
 * issue reference or HTML. (GitHub looks for mentions in the rendered page, so escaping an `@` would not stop one.)
 */

/** What would show as something else than it is: control characters, and those that reorder or hide text. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;
const INVISIBLE_BUT_LINES = /[^\P{Cc}\t\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** One line of at most `max` characters. */
export function oneLine(text: string, max: number): string {
  // Cut first, so that a huge text costs little; a character is at most two units long.
  const line = text
    .slice(0, max * 2 + 100)
    .replace(INVISIBLE, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= max ? line : `${characters.slice(0, max - 1).join('')}…`;
}

/** Inline code, also in a table's cell: there an escaped pipe can be unescaped again, so a pipe becomes a broken bar. */
export function codeSpan(text: string, max: number): string {
  const line = oneLine(text, max).replaceAll('|', '¦') || '(no name)';
  const fence = '`'.repeat(longestRun(line) + 1);
  // A space at each end is taken away by Markdown again.
  return line.includes('`') ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** Inline code inside of raw HTML, where Markdown is not read. */
export function htmlCode(text: string, max: number): string {
  const line = oneLine(text, max) || '(no name)';
  const escaped = line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return `<code>${escaped}</code>`;
}

/** A fenced block of the first lines, with a fence that the content cannot close. */
export function codeBlock(text: string, max: { lines: number; characters: number }): string {
  const whole = text
    .slice(0, max.characters * 2)
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replace(INVISIBLE_BUT_LINES, '');
  const lines = [...whole].slice(0, max.characters).join('').split('\n');
  const shown = lines.slice(0, max.lines).join('\n').trimEnd();
  const isCut = lines.length > max.lines || text.length > shown.length + 50;
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}text\n${shown}${isCut ? '\n…' : ''}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
