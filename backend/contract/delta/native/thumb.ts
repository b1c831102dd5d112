/**
 * Finds what ARM's instructions of 16 and 32 bits (Thumb) refer to, which Android's libraries of 32 bits consist of: by
 * branches, and by a word behind the function that is added to the program counter.
 * Source: Arm Architecture Reference Manual for Armv7-A, A6 and A8
 */
import type { Section } from './layout.ts';
import type { NativeFile } from './native-file.ts';
import { KIND, type Kind, type References, refer } from './references.ts';

/** Bytes after which others have their turn. */
const AT_ONCE = 256 * 1024;
/** The program counter is so many bytes ahead of an instruction. */
const AHEAD = 4;

/** Yields where it can pause. */
export function* walkThumb(file: NativeFile, section: Section, references: References): Generator<void> {
  const { view } = file;
  const end = section.offset + section.size;
  const isStubs = section.kind === 'stubs';
  const words = new Words(file, section, references);
  let pause = section.offset + AT_ONCE;
  for (let at = section.offset; at + 4 <= end; ) {
    if (at >= pause) {
      pause += AT_ONCE;
      yield;
    }
    if (isStubs) at += stub(file, section, at, references);
    else if (words.hasAt(at)) at += 4;
    else {
      const first = view.getUint16(at, true);
      if (first >>> 11 < 0b11101) {
        words.short(first, at);
        at += 2;
      } else {
        const second = view.getUint16(at + 2, true);
        if ((first & 0xf800) === 0xf000) branch(file, section, first, second, at, references);
        else words.long(first, second, at);
        at += 4;
      }
    }
  }
}

function branch(
  file: NativeFile,
  section: Section,
  first: number,
  second: number,
  at: number,
  references: References,
): void {
  const kind = branchKind(second);
  if (kind === null) return;
  const sign = (first >>> 10) & 1;
  const [high, middle] = [~((second >>> 13) ^ sign) & 1, ~((second >>> 11) ^ sign) & 1];
  const bits = (sign << 24) | (high << 23) | (middle << 22) | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1);
  const here = section.address + at - section.offset + AHEAD;
  const address = (kind === KIND.thumbToArm ? here - (here % 4) : here) + ((bits << 7) >> 7);
  refer(file, references, at, kind, address);
}

function branchKind(second: number): Kind | null {
  if ((second & 0xd000) === 0xd000 || (second & 0xd000) === 0x9000) return KIND.thumb;
  return (second & 0xd001) === 0xc000 ? KIND.thumbToArm : null;
}

/** The instructions of 32 bits (A32) that lead on by a slot. @returns bytes that were looked at */
function stub(file: NativeFile, section: Section, at: number, references: References): number {
  const { view } = file;
  if (at + 12 > section.offset + section.size) return 4;
  const [add, more, load] = [at, at + 4, at + 8].map((each) => view.getUint32(each, true)) as [number, number, number];
  // `add ip, pc, #…; add ip, ip, #…; ldr pc, [ip, #…]!`
  if (add >>> 8 !== 0xe28fc6 || more >>> 8 !== 0xe28cca || load >>> 12 !== 0xe5bcf) return 4;
  const distance = ((add & 0xff) << 20) | ((more & 0xff) << 12) | (load & 0xfff);
  const address = section.address + at - section.offset + 8 + distance;
  refer(file, references, at, KIND.armStub, address);
  return 12;
}

/** Words that stand behind functions, which are loaded and then added to the program counter. */
class Words {
  readonly #file: NativeFile;
  readonly #section: Section;
  readonly #references: References;
  /** By registers, where the word lies that was loaded last; 0 for none. */
  readonly #loaded = new Uint32Array(16);
  /** Those that were loaded, and are no instructions. */
  readonly #ahead = new Set<number>();

  constructor(file: NativeFile, section: Section, references: References) {
    this.#file = file;
    this.#section = section;
    this.#references = references;
  }

  hasAt(at: number): boolean {
    return this.#ahead.size > 0 && this.#ahead.delete(at);
  }

  short(word: number, at: number): void {
    // `ldr` from what is ahead.
    if (word >>> 11 === 0b01001) this.#load((word >>> 8) & 7, at, 4 * (word & 0xff));
    // `add` of the program counter.
    else if ((word & 0xff78) === 0x4478) this.#add((word & 7) | ((word >>> 4) & 8), at);
  }

  long(first: number, second: number, at: number): void {
    if (first === 0xf8df) this.#load(second >>> 12, at, second & 0xfff);
  }

  #load(register: number, at: number, distance: number): void {
    const address = this.#section.address + at - this.#section.offset + AHEAD;
    const place = at + AHEAD - (address % 4) + distance;
    if (place + 4 > this.#section.offset + this.#section.size) return;
    this.#loaded[register] = place;
    this.#ahead.add(place);
  }

  #add(register: number, at: number): void {
    const place = this.#loaded[register] as number;
    if (place === 0) return;
    this.#loaded[register] = 0;
    const address = this.#section.address + at - this.#section.offset + AHEAD + this.#file.view.getInt32(place, true);
    refer(this.#file, this.#references, place, KIND.fromCode, address, at + AHEAD - place);
  }
}
