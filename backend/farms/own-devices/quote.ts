/** One word for a device's shell, whatever stands in it. Source: POSIX, 2.2.2 Single-Quotes. @throws Error for a NUL */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a word of a shell holds no NUL');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
