/**
 * Finds what ARM64's instructions refer to: by branches, and by an address in two parts, a page and a place in it.
 * Source: Arm Architecture Reference Manual for A-profile, C4.1 (encodings) and C6.2 (instructions)
 */
import type { Section } from './layout.ts';
import type { NativeFile } from './native-file.ts';
import { KIND, type Kind, type References, refer } from './references.ts';

const PAGE = 4096;
/** Instructions after which others have their turn. */
const AT_ONCE = 64 * 1024;
const NONE = -1;
/** Registers that a called function may change (AAPCS64). */
const CHANGED_BY_CALLS = 19;

/** Yields where it can pause. */
export function* walkArm64(file: NativeFile, section: Section, references: References): Generator<void> {
  const { view } = file;
  const registers = new Registers(file, references);
  const end = section.offset + section.size - 3;
  for (let at = section.offset, count = 1; at < end; at += 4, count++) {
    if (count % AT_ONCE === 0) yield;
    const word = view.getUint32(at, true);
    const address = section.address + at - section.offset;
    const group = (word >>> 25) & 15;
    if ((group & 0b1110) === 0b1010) registers.branch(word, at, address);
    else if ((group & 0b1110) === 0b1000) {
      if ((word & 0x1f000000) === 0x10000000) registers.addressOfPage(word, at, address);
      else {
        // `add` of 64 bits, without a shift.
        if (word >>> 22 === 0b1001000100) registers.use(at, (word >>> 5) & 31, (word >>> 10) & 0xfff, 0);
        registers.forget(word & 31);
      }
    } else if ((group & 0b0101) === 0b0100) registers.access(word, at);
    else if ((group & 0b0111) === 0b0101) registers.forget(word & 31);
  }
}

/** What is known at an instruction: the registers that hold the address of a page. */
class Registers {
  readonly #file: NativeFile;
  readonly #references: References;
  readonly #pages = new Float64Array(32).fill(NONE);
  /** The number of the reference of the instruction that put it there, while nothing has used it. */
  readonly #unused = new Int32Array(32).fill(NONE);

  constructor(file: NativeFile, references: References) {
    this.#file = file;
    this.#references = references;
  }

  branch(word: number, at: number, address: number): void {
    const isCall = word >>> 31 === 1;
    if ((word & 0x7c000000) === 0x14000000) {
      refer(this.#file, this.#references, at, KIND.branch, address + ((word << 6) >> 4));
      if (isCall) this.#call();
      else this.#pages.fill(NONE);
    } else if (word >>> 21 === 0b11010110001) this.#call();
    else if (word >>> 25 === 0b1101011) this.#pages.fill(NONE);
  }

  addressOfPage(word: number, at: number, address: number): void {
    const distance = (((((word >>> 5) & 0x7ffff) << 2) | ((word >>> 29) & 3)) << 11) >> 11;
    const register = word & 31;
    if (word >>> 31 === 0) {
      refer(this.#file, this.#references, at, KIND.near, address + distance);
      this.forget(register);
      return;
    }
    const page = (Math.floor(address / PAGE) + distance) * PAGE;
    this.#pages[register] = page;
    // Until it is used it is taken to be to the page, where that is in a section.
    this.#unused[register] = this.#references.count;
    this.#references.add(at, KIND.page, this.#file.offsetOf(page) ?? NONE);
  }

  /** Loads and stores. */
  access(word: number, at: number): void {
    const isVector = (word & 0x04000000) !== 0;
    const isLoad = (word & 0x00c00000) !== 0;
    if ((word & 0x3b000000) === 0x39000000) {
      const scale = isVector && (word & 0x00800000) !== 0 ? 4 : word >>> 30;
      this.use(at, (word >>> 5) & 31, ((word >>> 10) & 0xfff) << scale, scale);
    }
    if (isVector) return;
    if ((word & 0x3a000000) === 0x28000000) {
      if ((word & 0x00400000) === 0) return;
      this.forget((word >>> 10) & 31);
      this.forget(word & 31);
    } else if (isLoad) this.forget(word & 31);
  }

  use(at: number, register: number, inPage: number, scale: number): void {
    const page = this.#pages[register] as number;
    // What is beyond the page is no address in two parts.
    if (page === NONE || inPage >= PAGE) return;
    const unused = this.#unused[register] as number;
    const target = refer(this.#file, this.#references, at, (KIND.inPage + scale) as Kind, page + inPage);
    if (target === null) return;
    if (unused !== NONE) this.#references.target[unused] = target;
    this.#unused[register] = NONE;
  }

  forget(register: number): void {
    this.#pages[register] = NONE;
  }

  #call(): void {
    this.#pages.fill(NONE, 0, CHANGED_BY_CALLS);
  }
}
