/** Dex files with code in them: tables in their order, and all that refers to them by a place or an offset, as compilers write. */
import { ByteWriter } from '../../contract/delta/bytes.ts';
import { SECTION } from '../../contract/delta/dex/dex-file.ts';

/** What an instruction refers to. */
export type Use =
  | { string: string }
  | { type: string }
  | { field: readonly [owner: string, name: string] }
  | { method: readonly [owner: string, name: string] };

export type CodeClass = {
  /** As in `com/example/App`. */
  name: string;
  fields: readonly string[];
  methods: readonly { name: string; uses: readonly Use[] }[];
  /** The text of its annotation. */
  note?: string;
};

const HEADER_BYTES = 0x70;
const NO_INDEX = 0xffffffff;

const typeOf = (name: string): string => `L${name};`;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort(byText);

/** Each method takes an `int` and returns nothing; each field is a static `int`. */
export function codeFile(classes: readonly CodeClass[]): Buffer {
  const uses = classes.flatMap(({ methods }) => methods.flatMap((method) => method.uses));
  const fields = sorted([
    ...classes.flatMap(({ name, fields: own }) => own.map((field) => `${typeOf(name)} ${field}`)),
    ...uses.flatMap((use) => ('field' in use ? [`${typeOf(use.field[0])} ${use.field[1]}`] : [])),
  ]);
  const methods = sorted([
    ...classes.flatMap(({ name, methods: own }) => own.map((method) => `${typeOf(name)} ${method.name}`)),
    ...uses.flatMap((use) => ('method' in use ? [`${typeOf(use.method[0])} ${use.method[1]}`] : [])),
  ]);
  const types = sorted([
    'I',
    'V',
    typeOf('Note'),
    ...[...fields, ...methods].map((member) => member.split(' ')[0] as string),
    ...uses.flatMap((use) => ('type' in use ? [typeOf(use.type)] : [])),
    ...classes.map(({ name }) => typeOf(name)),
  ]);
  const strings = sorted([
    'VI',
    'value',
    'argument',
    ...types,
    ...[...fields, ...methods].map((member) => member.split(' ')[1] as string),
    ...uses.flatMap((use) => ('string' in use ? [use.string] : [])),
    ...classes.flatMap(({ note }) => note ?? []),
  ]);
  const places = (texts: readonly string[]) => new Map(texts.map((text, place) => [text, place]));
  return new Assembly(classes, places(strings), places(types), places(fields), places(methods)).all();
}

type Places = ReadonlyMap<string, number>;

class Assembly {
  readonly #classes: readonly CodeClass[];
  readonly #strings: Places;
  readonly #types: Places;
  readonly #fields: Places;
  readonly #methods: Places;
  readonly #pieces: Buffer[] = [];
  readonly #map: { type: number; count: number; offset: number }[] = [];
  #at = 0;

  constructor(classes: readonly CodeClass[], strings: Places, types: Places, fields: Places, methods: Places) {
    this.#classes = classes;
    this.#strings = strings;
    this.#types = types;
    this.#fields = fields;
    this.#methods = methods;
  }

  all(): Buffer {
    const header = Buffer.alloc(HEADER_BYTES);
    header.write('dex\n035\0', 'latin1');
    this.#put(header);
    const tables = [this.#strings.size * 4, this.#types.size * 4, 12, this.#fields.size * 8, this.#methods.size * 8];
    const ids = tables.map((bytes) => this.#put(Buffer.alloc(bytes)));
    const defs = this.#put(Buffer.alloc(this.#classes.length * 32));
    const list = this.#section(SECTION.typeLists, joined(u32(1), u16(this.#type('I'))));
    const data = this.#sections(SECTION.stringData, [...this.#strings.keys()].map(stringData));
    const debug = this.#sections(
      SECTION.debugInfo,
      this.#classes.flatMap(({ methods }) => methods.map(() => this.#debugInfo())),
    );
    const code = this.#sections(SECTION.code, this.#code(debug), 4);
    const values = this.#sections(
      SECTION.encodedArrays,
      this.#noted().map(({ note }) => this.#value(note as string)),
    );
    const notes = this.#sections(
      SECTION.annotations,
      this.#noted().map(({ note }) => this.#annotation(note as string)),
    );
    const sets = this.#sections(
      SECTION.annotationSets,
      notes.map((note) => joined(u32(1), u32(note))),
      4,
    );
    const directories = this.#sections(SECTION.annotationDirectories, sets.map(directory), 4);
    const classData = this.#sections(SECTION.classData, this.#classData(code));

    const [stringIds, typeIds, protoIds, fieldIds, methodIds] = ids as [Buffer, Buffer, Buffer, Buffer, Buffer];
    for (const [place, offset] of data.entries()) stringIds.writeUInt32LE(offset, 4 * place);
    for (const [type, place] of this.#types) typeIds.writeUInt32LE(this.#string(type), 4 * place);
    joined(u32(this.#string('VI')), u32(this.#type('V')), u32(list)).copy(protoIds);
    for (const [ids, members, type] of [
      [fieldIds, this.#fields, this.#type('I')],
      [methodIds, this.#methods, 0],
    ] as const) {
      for (const [member, place] of members) {
        const [owner, name] = member.split(' ') as [string, string];
        joined(u16(this.#type(owner)), u16(type), u32(this.#string(name))).copy(ids, 8 * place);
      }
    }
    let noted = 0;
    for (const [number, { name, note }] of this.#classes.entries()) {
      const own = [this.#type(typeOf(name)), 1, NO_INDEX, 0, NO_INDEX, 0, classData[number] as number, 0];
      if (note !== undefined) {
        own[5] = directories[noted] as number;
        own[7] = values[noted++] as number;
      }
      joined(...own.map(u32)).copy(defs, 32 * number);
    }
    return this.#finish(header);
  }

  #finish(header: Buffer): Buffer {
    let offset = HEADER_BYTES;
    const tables = [
      [SECTION.stringIds, this.#strings.size, 4],
      [SECTION.typeIds, this.#types.size, 4],
      [SECTION.protoIds, 1, 12],
      [SECTION.fieldIds, this.#fields.size, 8],
      [SECTION.methodIds, this.#methods.size, 8],
      [SECTION.classDefs, this.#classes.length, 32],
    ] as const;
    for (const [type, count, bytes] of tables) {
      this.#map.push({ type, count, offset });
      offset += count * bytes;
    }
    this.#align(4);
    header.writeUInt32LE(this.#at, 0x34);
    const items = this.#map.map(({ type, count, offset }) => joined(u32(type), u32(count), u32(offset)));
    this.#put(joined(u32(items.length), ...items));
    return Buffer.concat(this.#pieces);
  }

  #code(debug: readonly number[]): Buffer[] {
    return this.#classes
      .flatMap(({ methods }) => methods)
      .map(({ uses }, number) => {
        const instructions = joined(...uses.map((use) => this.#instruction(use)), u16(0x0e), ARRAY);
        const head = joined(u16(2), u16(1), u16(1), u16(1), u32(debug[number] as number), u32(instructions.length / 2));
        const padding = Buffer.alloc(instructions.length % 4);
        const tries = joined(u32(0), u16(1), u16(1));
        const handler = new ByteWriter()
          .number(1)
          .number(1)
          .number(this.#type(typeOf('Note')))
          .number(0)
          .take();
        return joined(head, instructions, padding, tries, handler);
      });
  }

  #instruction(use: Use): Buffer {
    if ('string' in use) return joined(u16(0x1a), u16(this.#string(use.string)));
    if ('type' in use) return joined(u16(0x22), u16(this.#type(typeOf(use.type))));
    if ('field' in use)
      return joined(u16(0x60), u16(this.#fields.get(`${typeOf(use.field[0])} ${use.field[1]}`) as number));
    const place = this.#methods.get(`${typeOf(use.method[0])} ${use.method[1]}`) as number;
    return joined(u16(0x1071), u16(place), u16(1));
  }

  #debugInfo(): Buffer {
    const argument = this.#string('argument') + 1;
    const writer = new ByteWriter().number(1).number(1).number(argument);
    return writer
      .number(3)
      .number(0)
      .number(argument)
      .number(this.#type('I') + 1)
      .number(0x0e)
      .number(0)
      .take();
  }

  #annotation(note: string): Buffer {
    const head = new ByteWriter()
      .number(1)
      .number(this.#type(typeOf('Note')))
      .number(1)
      .number(this.#string('value'));
    return joined(head.take(), Buffer.from([0x37]), u16(this.#string(note)));
  }

  #value(note: string): Buffer {
    return joined(Buffer.from([2, 0x37]), u16(this.#string(note)), Buffer.from([0x1e]));
  }

  #classData(code: readonly number[]): Buffer[] {
    let number = 0;
    return this.#classes.map(({ name, fields, methods }) => {
      const writer = new ByteWriter().number(fields.length).number(0).number(methods.length).number(0);
      const places = (known: Places, names: readonly string[]) =>
        names.map((each) => known.get(`${typeOf(name)} ${each}`) as number).sort((a, b) => a - b);
      let last = 0;
      for (const place of places(this.#fields, fields)) {
        writer.number(place - last).number(9);
        last = place;
      }
      last = 0;
      for (const place of places(
        this.#methods,
        methods.map((method) => method.name),
      )) {
        writer
          .number(place - last)
          .number(9)
          .number(code[number++] as number);
        last = place;
      }
      return writer.take();
    });
  }

  #noted(): CodeClass[] {
    return this.#classes.filter(({ note }) => note !== undefined);
  }

  #string(text: string): number {
    return this.#strings.get(text) as number;
  }

  #type(text: string): number {
    return this.#types.get(text) as number;
  }

  /** The item's offset. */
  #section(type: number, item: Buffer): number {
    return this.#sections(type, [item], 4)[0] as number;
  }

  /** The items' offsets. */
  #sections(type: number, items: readonly Buffer[], alignment = 1): number[] {
    this.#align(alignment);
    if (items.length > 0) this.#map.push({ type, count: items.length, offset: this.#at });
    return items.map((item) => {
      this.#align(alignment);
      const offset = this.#at;
      this.#put(item);
      return offset;
    });
  }

  #align(alignment: number): void {
    this.#put(Buffer.alloc((alignment - (this.#at % alignment)) % alignment));
  }

  #put(bytes: Buffer): Buffer {
    this.#pieces.push(bytes);
    this.#at += bytes.length;
    return bytes;
  }
}

/** Data between the instructions: an array of three bytes. */
const ARRAY = joined(u16(0x0300), u16(1), u32(3), Buffer.from([0x1a, 0x1a, 0x1a, 0]));

const directory = (set: number): Buffer => joined(u32(set), u32(0), u32(0), u32(0));

function stringData(text: string): Buffer {
  return joined(new ByteWriter().number(text.length).take(), Buffer.from(text), Buffer.alloc(1));
}

function joined(...pieces: Buffer[]): Buffer {
  return Buffer.concat(pieces);
}

function u16(value: number): Buffer {
  return Buffer.from([value & 0xff, value >>> 8]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
