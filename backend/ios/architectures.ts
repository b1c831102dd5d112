/** The processors that an iOS executable has code for. Source: Apple, `mach-o/fat.h`, `mach-o/loader.h`, `mach/machine.h`. */
const FAT = 0xcafebabe;
const FAT_64 = 0xcafebabf;
const THIN = [0xfeedface, 0xfeedfacf];
const PROCESSORS: ReadonlyMap<number, string> = new Map([
  [7, 'i386'],
  [0x01000007, 'x86_64'],
  [12, 'armv7'],
  [0x0100000c, 'arm64'],
]);
/** More than any tool puts into one file. */
const MAX_SLICES = 16;

/** @param head the executable's first bytes; less than 1 KiB is looked at. @returns none where it is no executable */
export function architecturesOf(head: Buffer): string[] {
  if (head.length < 8) return [];
  if (THIN.includes(head.readUInt32LE(0))) return named([head.readUInt32LE(4)]);
  const magic = head.readUInt32BE(0);
  if (magic !== FAT && magic !== FAT_64) return [];
  const size = magic === FAT ? 20 : 32;
  const slices = Math.min(head.readUInt32BE(4), MAX_SLICES, Math.floor((head.length - 8) / size));
  return named(Array.from({ length: slices }, (_, i) => head.readUInt32BE(8 + i * size)));
}

function named(processors: number[]): string[] {
  return [...new Set(processors.map((processor) => PROCESSORS.get(processor) ?? 'unknown'))].sort();
}
