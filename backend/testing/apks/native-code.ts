/** Machine code for `native-library.ts`: functions that use numbers, call others, name texts and read variables. */

export type NativeFunction = {
  name: string;
  /** Of 16 bits each, by which it is told from others. */
  numbers: readonly number[];
  /** Functions of the library. */
  calls: readonly string[];
  /** Functions of another one. */
  imports: readonly string[];
  texts: readonly string[];
  variables: readonly string[];
};

/** One of so many that use each other, each of them in another way. */
export const functionOf = (number: number, count: number): NativeFunction => ({
  name: `function${number}`,
  numbers: Array.from({ length: 4 + (number % 5) }, (_, each) => (number * 40503 + each * each * 7919) % 65_536),
  calls: Array.from({ length: 1 + (number % 4) }, (_, each) => `function${(number * 7 + each * 31) % count}`),
  imports: Array.from({ length: number % 3 }, (_, each) => `import${(number * 3 + each) % 100}`),
  texts: Array.from({ length: 1 + (number % 2) }, (_, each) => `text ${number} ${each}`),
  variables: number % 5 === 0 ? [`variable${number % 7}`] : [],
});
/** The addresses of what a function uses. */
export type Addresses = {
  call(name: string): number;
  import(name: string): number;
  text(text: string): number;
  variable(name: string): number;
  /** The table of global offsets. */
  globals: number;
};

/** What functions use, each once. */
export type Used = { imports: readonly string[]; texts: readonly string[]; variables: readonly string[] };

export function usedBy(functions: readonly NativeFunction[]): Used {
  const all = (of: (each: NativeFunction) => readonly string[]) => [...new Set(functions.flatMap(of))].sort();
  return {
    imports: all(({ imports }) => imports),
    texts: all(({ texts }) => texts),
    variables: all(({ variables }) => variables),
  };
}

/** Where stubs and variables begin, and each function and text lies. */
export type Laid = {
  places: ReadonlyMap<string, number>;
  stubs: number;
  stubBytes: number;
  variables: number;
  globals: number;
};

export function addressesOf({ imports, variables }: Used, laid: Laid): Addresses {
  const place = (key: string): number => {
    const known = laid.places.get(key);
    if (known === undefined) throw new Error(`there is no ${key}`);
    return known;
  };
  return {
    call: (name) => place(`function ${name}`),
    import: (name) => laid.stubs + imports.indexOf(name) * laid.stubBytes,
    text: (text) => place(`text ${text}`),
    variable: (name) => laid.variables + 8 * variables.indexOf(name),
    globals: laid.globals,
  };
}

export type Machine = {
  number: number;
  /** Bytes of an address. */
  wide: 4 | 8;
  stubBytes: number;
  /** What is added to a function's address where it is kept. */
  mark: number;
  functionAt(here: number, used: NativeFunction, to: Addresses): Buffer;
  /** Leads on to where the slot says. */
  stubAt(here: number, slot: number, globals: number): Buffer;
};

export const MACHINES: Record<'arm64' | 'arm' | 'x86_64' | 'x86', Machine> = {
  arm64: {
    number: 183,
    wide: 8,
    stubBytes: 16,
    mark: 0,
    functionAt(here, { numbers, calls, imports, texts, variables }, to) {
      const words: number[] = [0xa9bf7bfd, 0x910003fd, ...numbers.map((number) => 0x52800009 | (number << 5))];
      const now = () => here + 4 * words.length;
      for (const called of [...calls.map(to.call), ...imports.map(to.import)])
        words.push(0x94000000 | (((called - now()) / 4) & 0x3ffffff));
      for (const [number, text] of texts.map(to.text).entries())
        words.push(adrp(now(), text, number), 0x91000000 | ((text & 0xfff) << 10) | (number << 5) | number);
      for (const [number, variable] of variables.map(to.variable).entries())
        words.push(
          adrp(now(), variable, number),
          0xf9400000 | (((variable & 0xfff) >> 3) << 10) | (number << 5) | number,
        );
      return words32([...words, 0xa8c17bfd, 0xd65f03c0]);
    },
    stubAt: (here, slot) =>
      words32([
        adrp(here, slot, 16),
        0xf9400000 | (((slot & 0xfff) >> 3) << 10) | (16 << 5) | 17,
        0x91000000 | ((slot & 0xfff) << 10) | (16 << 5) | 16,
        0xd61f0220,
      ]),
  },
  arm: {
    number: 40,
    wide: 4,
    stubBytes: 12,
    mark: 1,
    functionAt(here, { numbers, calls, imports, texts, variables }, to) {
      const halves: number[] = [0xb580, 0x466f, ...numbers.flatMap(thumbNumber)];
      const now = () => here + 2 * halves.length + 4;
      for (const called of calls.map(to.call)) halves.push(...thumbBranch(called - now(), 0xd000));
      for (const called of imports.map(to.import)) halves.push(...thumbBranch(called - (now() & ~3), 0xc000));
      const used = [...texts.map(to.text), ...variables.map(to.variable)];
      const first = (2 * halves.length + 4 * used.length + 2 + 3) & ~3;
      const words = used.map((address, number) => {
        halves.push(0x4800 | ((first + 4 * number - ((now() - here) & ~3)) / 4));
        const word = address - now();
        halves.push(0x4478);
        return word;
      });
      halves.push(0xbd80, ...(2 * halves.length + 2 === first ? [] : [0xbf00]));
      return Buffer.concat([words16(halves), words32(words)]);
    },
    stubAt(here, slot) {
      const distance = slot - here - 8;
      return words32([
        0xe28fc600 | ((distance >>> 20) & 0xff),
        0xe28cca00 | ((distance >>> 12) & 0xff),
        0xe5bcf000 | (distance & 0xfff),
      ]);
    },
  },
  x86_64: {
    number: 62,
    wide: 8,
    stubBytes: 16,
    mark: 0,
    functionAt(here, { numbers, calls, imports, texts, variables }, to) {
      const code = new Bytes(here, [0x55, 0x48, 0x89, 0xe5, ...numbers.flatMap(x86Number)]);
      for (const called of [...calls.map(to.call), ...imports.map(to.import)]) code.add([0xe8], called);
      for (const text of texts.map(to.text)) code.add([0x48, 0x8d, 0x05], text);
      for (const variable of variables.map(to.variable)) code.add([0x48, 0x8b, 0x05], variable);
      return code.add([0x5d, 0xc3]).take();
    },
    stubAt: (here, slot) => Buffer.concat([new Bytes(here).add([0xff, 0x25], slot).take(), Buffer.alloc(10, 0x90)]),
  },
  x86: {
    number: 3,
    wide: 4,
    stubBytes: 16,
    mark: 0,
    functionAt(here, { numbers, calls, imports, texts, variables }, to) {
      const code = new Bytes(here, [0x53, 0xe8, 0, 0, 0, 0, 0x5b]).addFrom([0x81, 0xc3], to.globals, here + 6);
      code.add(numbers.flatMap(x86Number));
      for (const called of [...calls.map(to.call), ...imports.map(to.import)]) code.add([0xe8], called);
      for (const text of texts.map(to.text)) code.addFrom([0x8d, 0x83], text, to.globals);
      for (const variable of variables.map(to.variable)) code.addFrom([0x8b, 0x83], variable, to.globals);
      return code.add([0x5b, 0xc3]).take();
    },
    stubAt: (here, slot, globals) =>
      Buffer.concat([new Bytes(here).addFrom([0xff, 0xa3], slot, globals).take(), Buffer.alloc(10, 0x90)]),
  },
};

function adrp(here: number, target: number, register: number): number {
  const pages = Math.floor(target / 4096) - Math.floor(here / 4096);
  return 0x90000000 | ((pages & 3) << 29) | (((pages >> 2) & 0x7ffff) << 5) | register;
}

/** `movw r3` of the number. */
function thumbNumber(number: number): [number, number] {
  const [high, bit, middle] = [number >>> 12, (number >>> 11) & 1, (number >>> 8) & 7];
  return [0xf240 | (bit << 10) | high, (middle << 12) | 0x300 | (number & 0xff)];
}

/** `mov eax` of the number. */
const x86Number = (number: number): number[] => [0xb8, number & 0xff, number >>> 8, 0, 0];

/** `bl`, or `blx` to ARM's other instructions. */
function thumbBranch(distance: number, kind: number): [number, number] {
  const sign = distance < 0 ? 1 : 0;
  const bit = (place: number) => ~(((distance >> place) & 1) ^ sign) & 1;
  const second = kind | (bit(23) << 13) | (bit(22) << 11) | ((distance >> 1) & 0x7ff);
  return [0xf000 | (sign << 10) | ((distance >> 12) & 0x3ff), second];
}

/** Instructions of any length. */
class Bytes {
  readonly #here: number;
  readonly #bytes: number[];

  constructor(here: number, bytes: number[] = []) {
    this.#here = here;
    this.#bytes = bytes;
  }

  /** With the distance to the target from behind it, if there is one. */
  add(opcode: number[], target?: number): this {
    this.#bytes.push(...opcode);
    if (target !== undefined) this.#bytes.push(...words32([target - this.#here - this.#bytes.length - 4]));
    return this;
  }

  addFrom(opcode: number[], target: number, from: number): this {
    this.#bytes.push(...opcode, ...words32([target - from]));
    return this;
  }

  take(): Buffer {
    return Buffer.from(this.#bytes);
  }
}

export function words32(words: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * words.length);
  for (const [at, word] of words.entries()) buffer.writeInt32LE(word | 0, 4 * at);
  return buffer;
}

export function words16(words: readonly number[]): Buffer {
  const buffer = Buffer.alloc(2 * words.length);
  for (const [at, word] of words.entries()) buffer.writeUInt16LE(word, 2 * at);
  return buffer;
}

/** So many addresses one behind the other, as `RELR` has them: the first, and then a bit for each that follows. */
export function packedAddresses(first: number, count: number, wide: 4 | 8): Buffer {
  const perWord = 8 * wide - 1;
  const bytes = Buffer.alloc(wide * (1 + Math.ceil((count - 1) / perWord)));
  bytes.writeUInt32LE(first, 0);
  for (let at = wide; at < bytes.length; at += wide) bytes[at] = 1;
  for (let number = 0; number + 1 < count; number++) {
    const bit = 1 + (number % perWord);
    const at = wide * (1 + Math.floor(number / perWord)) + (bit >>> 3);
    bytes[at] = (bytes[at] as number) | (1 << (bit & 7));
  }
  return bytes;
}
