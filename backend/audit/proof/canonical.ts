/** JSON in the one form of RFC 8785, for values that were parsed from JSON; numbers and strings have it by themselves. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export function canonicalOf(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalOf(value[name] ?? null)}`).join(',')}}`;
}
