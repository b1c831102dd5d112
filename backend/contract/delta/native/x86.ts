/**
 * Finds what x86's instructions refer to, without taking each apart: a 32-bit distance behind an opcode that has one, if it
 * leads into the library. What is taken for one and is none costs a few bytes, as Zucchini (Chromium) has it as well.
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, 2.1.5, 2.2.1.6 and appendix A
 */
import type { Section } from './layout.ts';
import type { NativeFile } from './native-file.ts';
import { KIND, type References, refer } from './references.ts';

/** Bytes after which others have their turn. */
const AT_ONCE = 256 * 1024;
/** Bytes of a distance, from behind which it counts. */
const DISTANCE_BYTES = 4;
/** A function learns where it is, and soon after adds how far the global offsets are from there. */
const SOON = 24;
/** Distances nearer to the global offsets than this are more likely those of a field. */
const NEAR = 64;
const LEA = 0x8d;

/** What a byte may be, behind which 32 bits stand: all others need no closer look. */
const BEFORE = { nothing: 0, branch: 1, condition: 2, pointer: 3, register: 4 } as const;
const LAST_BYTE = { wide: bytesBefore(true), narrow: bytesBefore(false) };

function bytesBefore(isWide: boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    // `call` and `jmp`.
    if (byte === 0xe8 || byte === 0xe9) return BEFORE.branch;
    // An operand by its distance from the instruction pointer; or `add` to a register.
    if (isWide ? (byte & 0xc7) === 0x05 : byte === 0x05 || (byte >= 0xc0 && byte <= 0xc7)) return BEFORE.pointer;
    // `jcc`, which also looks like an operand.
    if ((byte & 0xf0) === 0x80) return BEFORE.condition;
    return !isWide && isFar(byte) ? BEFORE.register : BEFORE.nothing;
  });
}

/** Yields where it can pause. */
export function* walkX86(file: NativeFile, section: Section, references: References): Generator<void> {
  const { bytes, view } = file;
  const isWide = file.machine === 'x86_64';
  const kinds = isWide ? LAST_BYTE.wide : LAST_BYTE.narrow;
  const end = section.offset + section.size - DISTANCE_BYTES;
  for (let from = section.offset + 1; from <= end; from += AT_ONCE) {
    for (let at = from; at <= Math.min(end, from + AT_ONCE - 1); at++) {
      const before = kinds[bytes[at - 1] as number];
      if (before === BEFORE.nothing && (isWide || !isFarIndexed(bytes[at - 2] as number))) continue;
      const isBranch = before === BEFORE.branch || (before === BEFORE.condition && bytes[at - 2] === 0x0f);
      const isOperand = isWide && before === BEFORE.pointer;
      if (isBranch || (isOperand && hasOperand(bytes[at - 2] as number, bytes[at - 3] as number))) {
        const address = section.address + at - section.offset + DISTANCE_BYTES + view.getInt32(at, true);
        const target = refer(file, references, at, KIND.fromCode, address, DISTANCE_BYTES);
        if (target !== null) at += DISTANCE_BYTES - 1;
      } else if (!isWide && byGlobals(file, section, at, references)) at += DISTANCE_BYTES - 1;
    }
    yield;
  }
}

/** Opcodes that mostly have such an operand: `lea`, `mov`, `cmp`, `add` and their like, `call` by a table, and vectors. */
function hasOperand(opcode: number, before: number): boolean {
  if (before === 0x0f) return true;
  if (opcode < 0x40) return (opcode & 7) < 4;
  return (opcode >= 0x80 && opcode <= 0x8d) || opcode === 0xff || opcode === 0xc6 || opcode === 0xc7 || opcode === 0x63;
}

/** Code of 32 bits that can lie anywhere finds its data by the table of global offsets. */
function byGlobals(file: NativeFile, section: Section, at: number, references: References): boolean {
  const globals = file.globals;
  if (!globals) return false;
  const { bytes, view } = file;
  const value = view.getInt32(at, true);
  const before = bytes[at - 1] as number;
  // `add` to a register.
  if ((bytes[at - 2] === 0x81 && before >= 0xc0 && before <= 0xc7) || before === 0x05) {
    const back = section.address + at - section.offset + value - globals.address;
    if (back < 2 || back > SOON) return false;
    references.add(at, KIND.fromCode, globals.offset, -back);
    return true;
  }
  if (value > -NEAR || !isFarOperand(before, bytes[at - 2] as number)) return false;
  const target = file.offsetOf(globals.address + value);
  if (target === null) return false;
  const kind = file.sectionAt(target)?.kind ?? 'data';
  // Of a function the address is taken, and nothing else is done with it; what is the linker's is not for code.
  if (kind === 'code' || kind === 'stubs' ? bytes[at - 2] !== LEA : kind !== 'data') return false;
  references.add(at, KIND.fromGlobals, target);
  return true;
}

/** Whether 32 bits that are added to a register may stand behind these bytes. */
const isFarOperand = (before: number, secondBefore: number): boolean => isFar(before) || isFarIndexed(secondBefore);

/** Added to `ebp` it is a place on the stack. */
function isFar(operand: number): boolean {
  return operand >>> 6 === 2 && (operand & 7) !== 4 && (operand & 7) !== 5;
}

/** Another byte says to which registers. */
function isFarIndexed(operand: number): boolean {
  return (operand & 0xc7) === 0x84;
}
