/**
 * Globs over a whole value: `*` matches within a segment, `**` across segments, everything else itself. Without regular
 * expressions: whoever names a branch chooses the value, and must not choose how long the match takes.
 */
export function matchesGlob(glob: string, value: string): boolean {
  // How many characters of the value the glob so far may have used, in ascending order.
  let used = [0];
  for (const part of glob.split(/(\*\*|\*)/)) {
    if (part === '**') used = everyFrom(used, value.length, () => value.length);
    else if (part === '*') used = everyFrom(used, value.length, (at) => endOfSegment(value, at));
    else used = used.filter((at) => value.startsWith(part, at)).map((at) => at + part.length);
  }
  return used.includes(value.length);
}

/** Every place from one of these up to where a star that begins there must end. */
function everyFrom(places: readonly number[], length: number, endOf: (at: number) => number): number[] {
  const reached: number[] = [];
  for (const place of places) {
    const end = Math.min(endOf(place), length);
    for (let at = Math.max(place, (reached.at(-1) ?? -1) + 1); at <= end; at++) reached.push(at);
  }
  return reached;
}

function endOfSegment(value: string, at: number): number {
  const slash = value.indexOf('/', at);
  return slash === -1 ? value.length : slash;
}
