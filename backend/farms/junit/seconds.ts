/** `1.5`, `1,234.5`, `0,25` and `1,234`: producers write as their machine's language has it. */

/** Milliseconds; 0 for what is no time. */
export function millisecondsOf(text: string | undefined): number {
  const seconds = Number(normalise((text ?? '').trim().replace(/s$/, '')));
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : 0;
}

function normalise(text: string): string {
  if (text.includes('.') && text.includes(',')) {
    // Whichever comes last is the point.
    return text.lastIndexOf('.') > text.lastIndexOf(',')
      ? text.replaceAll(',', '')
      : text.replaceAll('.', '').replace(',', '.');
  }
  if (/^[1-9]\d{0,2}(,\d{3})+$/.test(text)) return text.replaceAll(',', '');
  return text.replace(',', '.');
}
