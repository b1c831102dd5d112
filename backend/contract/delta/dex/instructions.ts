/**
 * How long each instruction is, and what it refers to. Source: https://source.android.com/docs/core/runtime/dalvik-bytecode
 */
import { KIND, type Kind } from './kinds.ts';

/** Opcodes from this one to that one, of so many 16-bit units; all others are one unit long. */
const LONGER: readonly [from: number, to: number, units: number][] = [
  [0x02, 0x02, 2],
  [0x03, 0x03, 3],
  [0x05, 0x05, 2],
  [0x06, 0x06, 3],
  [0x08, 0x08, 2],
  [0x09, 0x09, 3],
  [0x13, 0x13, 2],
  [0x14, 0x14, 3],
  [0x15, 0x16, 2],
  [0x17, 0x17, 3],
  [0x18, 0x18, 5],
  [0x19, 0x1a, 2],
  [0x1b, 0x1b, 3],
  [0x1c, 0x1c, 2],
  [0x1f, 0x20, 2],
  [0x22, 0x23, 2],
  [0x24, 0x26, 3],
  [0x29, 0x29, 2],
  [0x2a, 0x2c, 3],
  [0x2d, 0x3d, 2],
  [0x44, 0x6d, 2],
  [0x6e, 0x72, 3],
  [0x74, 0x78, 3],
  [0x90, 0xaf, 2],
  [0xd0, 0xe2, 2],
  [0xfa, 0xfb, 4],
  [0xfc, 0xfd, 3],
  [0xfe, 0xff, 2],
];

/** Opcodes whose second unit is the place of such a thing in its table. */
const REFERRING: readonly [from: number, to: number, kind: Kind][] = [
  [0x1a, 0x1b, KIND.string],
  [0x1c, 0x1c, KIND.type],
  [0x1f, 0x20, KIND.type],
  [0x22, 0x25, KIND.type],
  [0x52, 0x6d, KIND.field],
  [0x6e, 0x72, KIND.method],
  [0x74, 0x78, KIND.method],
  [0xfa, 0xfb, KIND.method],
  [0xff, 0xff, KIND.proto],
];

/** The instruction with a place of 32 bits. */
export const CONST_STRING_JUMBO = 0x1b;

/** 16-bit units, by opcode. */
export const UNITS = byOpcode(LONGER, 1);
/** By opcode; `NONE` for an instruction that refers to nothing. */
export const NONE = 0xff;
export const REFERS_TO = byOpcode(REFERRING, NONE);

/** Data between the instructions: a `nop` whose other byte says what of. */
const PAYLOAD = { packedSwitch: 1, sparseSwitch: 2, array: 3 } as const;

/** Bytes of the `nop` at this place with the data that it heads. */
export function nopBytes(view: DataView, at: number): number {
  const payload = view.getUint8(at + 1);
  if (payload === PAYLOAD.packedSwitch) return 8 + 4 * view.getUint16(at + 2, true);
  if (payload === PAYLOAD.sparseSwitch) return 4 + 8 * view.getUint16(at + 2, true);
  if (payload !== PAYLOAD.array) return 2;
  const bytes = view.getUint16(at + 2, true) * view.getUint32(at + 4, true);
  return 8 + bytes + (bytes % 2);
}

function byOpcode(ranges: readonly (readonly [number, number, number])[], otherwise: number): Uint8Array {
  const values = new Uint8Array(256).fill(otherwise);
  for (const [from, to, value] of ranges) values.fill(value, from, to + 1);
  return values;
}
