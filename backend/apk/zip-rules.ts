/** What an honest zip never does. Each rule refuses with a sentence that names the entry. */
import { isUtf8 } from 'node:buffer';
import type { Entry, LocalFileHeader } from 'yauzl';
import { ZIP_LIMITS } from './limits.ts';
import { quoted, unusable } from './unusable.ts';

const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;
const HAS_DATA_DESCRIPTOR = 0x0008;
const UNIX_TYPE_MASK = 0xf000;
const UNIX_SYMLINK = 0xa000;
const LOCAL_HEADER_BYTES = 30;
const ZIP64_FIELD = 0x0001;
/** Of a size: it stands in the zip64 field. */
const ELSEWHERE = 0xffffffff;

/** @throws DevicelaneError when the name could be read in two ways, or leads out of the archive */
export function entryName(entry: Entry): string {
  const raw = entry.fileNameRaw;
  const name = raw.toString('utf8');
  if (raw.length === 0 || !isUtf8(raw) || raw.includes(0)) {
    throw unusable(`The zip has an entry whose name is empty, not UTF-8, or holds a NUL: ${quoted(name)}.`);
  }
  if (name.startsWith('/') || name.includes('\\') || /^[A-Za-z]:/.test(name) || name.split('/').includes('..')) {
    throw unusable(`The zip has an entry whose name leads out of it: ${quoted(name)}.`);
  }
  return name;
}

export function checkEntry(name: string, entry: Entry): void {
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) {
    throw unusable(`The zip's entry ${quoted(name)} is encrypted: builds are uploaded without a password.`);
  }
  if (((entry.externalFileAttributes >>> 16) & UNIX_TYPE_MASK) === UNIX_SYMLINK) {
    throw unusable(`The zip's entry ${quoted(name)} is a symbolic link.`);
  }
  if (entry.extraFields.filter(({ id }) => id === ZIP64_FIELD).length > 1) {
    throw unusable(`The zip declares the sizes of its entry ${quoted(name)} twice.`);
  }
  if (entry.uncompressedSize > ZIP_LIMITS.entry)
    throw unusable(`The zip's entry ${quoted(name)} inflates to over 1 GiB.`);
  const bomb = entry.uncompressedSize > entry.compressedSize * ZIP_LIMITS.ratio;
  if (bomb && entry.uncompressedSize > ZIP_LIMITS.ratioFloor) {
    throw unusable(`The zip's entry ${quoted(name)} inflates more than ${ZIP_LIMITS.ratio} times: it is a zip bomb.`);
  }
}

/** Entries lie one after the other before the directory, and inflate to a bearable whole. */
export function checkLayout(entries: Entry[], file: { fileBytes: number; directoryOffset: number }): void {
  let total = 0;
  let free = 0;
  for (const entry of entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)) {
    if (entry.relativeOffsetOfLocalHeader < free) throw unusable('The zip has entries that overlap: it is a zip bomb.');
    // The local extra field may be longer, never shorter: this is the least that the entry takes.
    free = entry.relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize;
    total += entry.uncompressedSize;
  }
  if (free > file.directoryOffset) throw unusable('The zip is damaged: an entry reaches into its directory.');
  const bound = Math.max(ZIP_LIMITS.totalRatioFloor, file.fileBytes * ZIP_LIMITS.totalRatio);
  if (total > Math.min(bound, ZIP_LIMITS.total)) {
    throw unusable(`The zip inflates to ${total} bytes, too many for a file of ${file.fileBytes}: it is a zip bomb.`);
  }
}

/** What libziparchive compares. The compression method is not among it: the directory's counts. */
export function checkLocalHeader(entry: Entry, local: LocalFileHeader): void {
  const name = quoted(entry.fileNameRaw.toString('utf8'));
  if (!local.fileName.equals(entry.fileNameRaw)) {
    throw unusable(`The zip names its entry ${name} differently in two places.`);
  }
  if ((local.generalPurposeBitFlag & HAS_DATA_DESCRIPTOR) !== 0) return;
  const sizes = localSizes(local);
  const same =
    local.crc32 === entry.crc32 &&
    sizes.compressed === entry.compressedSize &&
    sizes.inflated === entry.uncompressedSize;
  if (!same) throw unusable(`The zip declares its entry ${name} differently in two places.`);
}

/** In a local header the zip64 field holds both sizes, the inflated one first. */
function localSizes({ compressedSize, uncompressedSize, extraField }: LocalFileHeader) {
  if (compressedSize !== ELSEWHERE && uncompressedSize !== ELSEWHERE) {
    return { compressed: compressedSize, inflated: uncompressedSize };
  }
  for (let at = 0; at + 4 <= extraField.length; at += 4 + extraField.readUInt16LE(at + 2)) {
    const isZip64 = extraField.readUInt16LE(at) === ZIP64_FIELD && extraField.readUInt16LE(at + 2) >= 16;
    if (!isZip64 || at + 20 > extraField.length) continue;
    const inflated = Number(extraField.readBigUInt64LE(at + 4));
    const compressed = Number(extraField.readBigUInt64LE(at + 12));
    return {
      compressed: compressedSize === ELSEWHERE ? compressed : compressedSize,
      inflated: uncompressedSize === ELSEWHERE ? inflated : uncompressedSize,
    };
  }
  return { compressed: compressedSize, inflated: uncompressedSize };
}
