/** Makes text from outside fit for CI's log, which obeys what it prints. */

/** Terminal sequences: colours, titles, cursor moves (ECMA-48). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** All control characters but tab and line feed, and what reorders text for the eye. */
const INVISIBLE = /[^\P{Cc}\t\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * The text without terminal sequences and control characters, and without a workflow command: GitHub's runner obeys a
 * line that begins with `::`, after any white space, and the older form `##[` wherever it stands in a line.
 */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(TERMINAL, '')
    .replace(INVISIBLE, '')
    .replaceAll('##[', '## [')
    .split('\n')
    .map((line) => line.replace(/^(\s*):(?=:)/, '$1: '))
    .join('\n');
}
