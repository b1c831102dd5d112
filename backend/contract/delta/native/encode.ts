/** Writes references: to a place, or without one. */
import type { Section } from './layout.ts';
import type { NativeFile } from './native-file.ts';
import { pageHash } from './page-hashes.ts';
import { KIND, type Kind } from './references.ts';

/** The bits of an instruction that hold the reference; of others it is all, or nearly. */
const OPERAND = new Map<Kind, number>([
  [KIND.branch, 0x03ffffff],
  [KIND.page, 0x60ffffe0],
  [KIND.near, 0x60ffffe0],
  [KIND.inPage, 0x003ffc00],
  [KIND.inPageBy2, 0x003ffc00],
  [KIND.inPageBy4, 0x003ffc00],
  [KIND.inPageBy8, 0x003ffc00],
  [KIND.inPageBy16, 0x003ffc00],
  [KIND.thumb, 0x2fff07ff],
  [KIND.thumbToArm, 0x2fff07ff],
  [KIND.armStub, 0xff],
  [KIND.fromHereIn31, 0x7fffffff],
  [KIND.sortedFromHere, 0x7fffffff],
]);

/** The instructions of ARM's stub, and which bits of the distance each holds. */
export const STUB = [
  { place: 0, shift: 20, bits: 0xff },
  { place: 4, shift: 12, bits: 0xff },
  { place: 8, shift: 0, bits: 0xfff },
] as const;

/** The bits of its first four bytes that hold the reference. */
export const operandBits = (kind: Kind): number => OPERAND.get(kind) ?? 0xffffffff;

export type Written = {
  /** Where it stands. */
  at: number;
  kind: Kind;
  /** Where in the file lies what it is to. */
  target: number;
  /** From where it counts, as `References` has it. */
  base: number;
};

/** Writes the reference at its place anew; the hash of a page once all in it is right. @returns whether it reaches there */
export function writeReference(file: NativeFile, { at, kind, target, base }: Written): boolean {
  const { view } = file;
  if (kind === KIND.fromNames) {
    const start = file.linkerTables?.names.offset ?? Number.POSITIVE_INFINITY;
    if (target < start) return false;
    view.setUint32(at, target - start, true);
    return true;
  }
  if (kind === KIND.pageHash) {
    const hash = pageHash(file.bytes, file.linkerTables?.pageHashes ?? [], at);
    if (hash) file.bytes.set(hash, at);
    return hash !== null;
  }
  const section = file.sectionAt(at);
  const address = file.addressOf(target);
  if (address === null) return false;
  if (kind >= KIND.address) {
    view.setUint32(at, address % 2 ** 32, true);
    if (file.wide === 8 && kind !== KIND.packedSlot) view.setUint32(at + 4, Math.floor(address / 2 ** 32), true);
    return true;
  }
  if (!section) return false;
  const value = valueTo(address, kind, section.address + at - section.offset + base, section, file);
  if (kind === KIND.armStub) return writeStub(view, at, value);
  const operand = operandOf(kind, value);
  if (operand === null) return false;
  const bits = operandBits(kind);
  view.setUint32(at, (view.getUint32(at, true) & ~bits) | (operand & bits), true);
  return true;
}

const PAGE = 4096;
/** How far the program counter of Thumb, and of ARM, is ahead. */
const AHEAD = 4;
const ARM_AHEAD = 8;

/** What is written, before it is put into its bits. */
function valueTo(address: number, kind: Kind, here: number, section: Section, file: NativeFile): number {
  switch (kind) {
    case KIND.branch:
      return (address - here) / 4;
    case KIND.page:
      return Math.floor(address / PAGE) - Math.floor(here / PAGE);
    case KIND.thumb:
      return (address - here - AHEAD) / 2;
    case KIND.thumbToArm:
      return (address - (here + AHEAD - ((here + AHEAD) % 4))) / 2;
    case KIND.armStub:
      return address - here - ARM_AHEAD;
    case KIND.fromGlobals:
      return address - (file.globals?.address ?? Number.NaN);
    case KIND.near:
    case KIND.fromCode:
    case KIND.fromHere:
    case KIND.fromHereIn31:
    case KIND.sortedFromHere:
      return address - here;
    case KIND.back:
      return here - address;
    case KIND.sortedFromSection:
      return address - section.address;
    default:
      return (address % PAGE) / 2 ** (kind - KIND.inPage);
  }
}

/** The value in its bits; null where they cannot hold it. */
function operandOf(kind: Kind, value: number): number | null {
  if (!Number.isInteger(value)) return null;
  switch (kind) {
    case KIND.branch:
      return fits(value, 26) ? value : null;
    case KIND.page:
    case KIND.near:
      return fits(value, 21) ? ((value & 3) << 29) | (((value >> 2) & 0x7ffff) << 5) : null;
    case KIND.thumb:
    case KIND.thumbToArm:
      return fits(value, 24) ? thumbOperand(value) : null;
    case KIND.fromHereIn31:
    case KIND.sortedFromHere:
      return fits(value, 31) ? value : null;
    case KIND.fromCode:
    case KIND.fromGlobals:
    case KIND.fromHere:
    case KIND.back:
    case KIND.sortedFromSection:
      return fits(value, 32) ? value : null;
    default:
      return value << 10;
  }
}

/** In the two halfwords of the instruction. */
function thumbOperand(value: number): number {
  const sign = (value >>> 23) & 1;
  const [high, middle] = [~((value >>> 22) ^ sign) & 1, ~((value >>> 21) ^ sign) & 1];
  const first = (sign << 10) | ((value >>> 11) & 0x3ff);
  return (((high << 13) | (middle << 11) | (value & 0x7ff)) << 16) | first;
}

function writeStub(view: DataView, at: number, distance: number): boolean {
  if (distance < 0 || distance >= 2 ** 28) return false;
  for (const { place, shift, bits } of STUB) {
    const word = view.getUint32(at + place, true) & ~bits;
    view.setUint32(at + place, word | ((distance >>> shift) & bits), true);
  }
  return true;
}

const fits = (value: number, bits: number): boolean => value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);
