/**
 * Visits all references of a dex file, in an order in which each is known to be right before something is named by it: the
 * strings, what is made of them, then the classes, their code and what describes them.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { walkAnnotationDirectories, walkAnnotationSets } from './annotations.ts';
import { walkDebugInfo } from './debug-info.ts';
import { type DexFile, FORM, SECTION } from './dex-file.ts';
import { CONST_STRING_JUMBO, NONE, nopBytes, REFERS_TO, UNITS } from './instructions.ts';
import { KIND, type Kind } from './kinds.ts';
import { hashOf, mix, type Names } from './names.ts';
import { walkValue } from './values.ts';
import { type Visitor, visitLeb } from './visitor.ts';

/**
 * Walks through all of the file, and lets others work in between.
 *
 * @throws RangeError when the file is no dex file after all
 */
export async function walk(file: DexFile, names: Names, visitor: Visitor): Promise<void> {
  for (const _pause of new Walk(file, names, visitor).all()) await turn();
}

/** Items of a long section that are walked through at once. */
const AT_ONCE = 4096;

/** Method handles up to this type are of fields. */
const LAST_FIELD_HANDLE = 3;

class Walk {
  readonly #file: DexFile;
  readonly #view: DataView;
  readonly #names: Names;
  readonly #visitor: Visitor;

  constructor(file: DexFile, names: Names, visitor: Visitor) {
    this.#file = file;
    this.#view = file.view;
    this.#names = names;
    this.#visitor = visitor;
  }

  /** Yields where it can pause. */
  *all(): Generator<void> {
    yield* this.#stringData();
    yield* this.#strings();
    yield* this.#types();
    yield* this.#typeLists();
    yield* this.#protos();
    yield* this.#members(SECTION.fieldIds, KIND.field, KIND.type);
    yield* this.#members(SECTION.methodIds, KIND.method, KIND.proto);
    yield this.#classes();
    yield* this.#code();
    yield* this.#classData();
    walkAnnotationSets(this.#file, this.#visitor);
    yield walkAnnotationDirectories(this.#file, this.#visitor);
    this.#callSites();
    if (this.#visitor.isBrief) return;
    this.#methodHandles();
    yield* this.#debugInfo();
    yield* this.#values();
  }

  *#stringData(): Generator<void> {
    const { count, offset } = this.#file.section(SECTION.stringData);
    this.#names.open(KIND.stringData, count, true);
    this.#file.at = offset;
    for (let item = 0; item < count; item++) {
      if (item % AT_ONCE === 0) yield;
      const start = this.#file.at;
      this.#file.number();
      const end = this.#file.bytes.indexOf(0, this.#file.at);
      if (end < 0) throw new RangeError('a string is cut off');
      this.#names.add(KIND.stringData, hashOf(this.#file.bytes, this.#file.at, end), start);
      this.#file.at = end + 1;
    }
  }

  *#strings(): Generator<void> {
    const { count, offset } = this.#file.table(SECTION.stringIds, 4);
    this.#names.open(KIND.string, count);
    for (let item = 0; item < count; item++) {
      if (item % AT_ONCE === 0) yield;
      this.#names.add(KIND.string, this.#offset(KIND.stringData, offset + 4 * item));
    }
  }

  *#types(): Generator<void> {
    const { count, offset } = this.#file.table(SECTION.typeIds, 4);
    this.#names.open(KIND.type, count);
    for (let item = 0; item < count; item++) {
      if (item % AT_ONCE === 0) yield;
      this.#names.add(KIND.type, this.#offset(KIND.string, offset + 4 * item));
    }
  }

  *#typeLists(): Generator<void> {
    const { count, offset } = this.#file.section(SECTION.typeLists);
    this.#names.open(KIND.typeList, count, true);
    let at = offset;
    for (let item = 0; item < count; item++) {
      if (item % AT_ONCE === 0) yield;
      const start = aligned(at);
      at = start + 4;
      let name = 0;
      for (const end = at + 2 * this.#view.getUint32(start, true); at < end; at += 2) {
        name = mix(name, this.#short(KIND.type, at));
      }
      this.#names.add(KIND.typeList, name, start);
    }
  }

  *#protos(): Generator<void> {
    const { count, offset } = this.#file.table(SECTION.protoIds, 12);
    this.#names.open(KIND.proto, count);
    for (let item = 0; item < count; item++) {
      if (item % AT_ONCE === 0) yield;
      const at = offset + 12 * item;
      const name = mix(this.#offset(KIND.string, at), this.#offset(KIND.type, at + 4));
      this.#names.add(KIND.proto, mix(name, this.#offset(KIND.typeList, at + 8)));
    }
  }

  /** Fields and methods: of which class, of what type, and called what. */
  *#members(section: number, kind: Kind, typeKind: Kind): Generator<void> {
    const { count, offset } = this.#file.table(section, 8);
    this.#names.open(kind, count);
    for (let item = 0; item < count; item++) {
      if (item % AT_ONCE === 0) yield;
      const at = offset + 8 * item;
      const name = mix(this.#short(KIND.type, at), this.#short(typeKind, at + 2));
      this.#names.add(kind, mix(name, this.#offset(KIND.string, at + 4)));
    }
  }

  #classes(): void {
    const { count, offset } = this.#file.table(SECTION.classDefs, 32);
    for (let at = offset; at < offset + 32 * count; at += 32) {
      this.#visit(KIND.type, at, 4);
      this.#visit(KIND.type, at + 8, 4);
      this.#visit(KIND.typeList, at + 12, 4);
      this.#visit(KIND.string, at + 16, 4);
      this.#visit(KIND.annotationDirectory, at + 20, 4);
      this.#visit(KIND.classData, at + 24, 4);
      this.#visit(KIND.encodedArray, at + 28, 4);
    }
  }

  *#code(): Generator<void> {
    const { count, offset } = this.#file.section(SECTION.code);
    let at = offset;
    for (let item = 0; item < count; item++) {
      if (item % AT_ONCE === 0) yield;
      const start = aligned(at);
      const tries = this.#view.getUint16(start + 6, true);
      const units = this.#view.getUint32(start + 12, true);
      this.#visit(KIND.debugInfo, start + 8, 4);
      at = start + 16 + 2 * units;
      if (!this.#visitor.isBrief) this.#instructions(start + 16, at);
      if (tries > 0) at = this.#handlers(at + (units % 2) * 2 + 8 * tries);
    }
  }

  #instructions(start: number, end: number): void {
    const view = this.#view;
    for (let at = start; at < end; ) {
      const opcode = view.getUint8(at);
      if (opcode === 0) {
        at += nopBytes(view, at);
        continue;
      }
      const kind = REFERS_TO[opcode] as number;
      if (kind !== NONE) this.#visit(kind as Kind, at + 2, opcode === CONST_STRING_JUMBO ? 4 : 2);
      at += 2 * (UNITS[opcode] as number);
    }
  }

  /** What is caught, and where it is handled. @returns where that ends */
  #handlers(start: number): number {
    const file = this.#file;
    file.at = start;
    for (let lists = file.number(); lists > 0; lists--) {
      const size = file.signed();
      for (let typed = Math.abs(size); typed > 0; typed--) {
        this.#leb(KIND.type);
        file.number();
      }
      if (size <= 0) file.number();
    }
    return file.at;
  }

  *#classData(): Generator<void> {
    const file = this.#file;
    const { count, offset } = file.section(SECTION.classData);
    file.at = offset;
    for (let item = 0; item < count; item++) {
      if (item % AT_ONCE === 0) yield;
      const fields = [file.number(), file.number()];
      const methods = [file.number(), file.number()];
      for (const size of fields) {
        for (let each = 0; each < size; each++) {
          // All but the first are counted from the one before.
          if (each === 0) this.#leb(KIND.field);
          else file.number();
          file.number();
        }
      }
      for (const size of methods) {
        for (let each = 0; each < size; each++) {
          if (each === 0) this.#leb(KIND.method);
          else file.number();
          file.number();
          this.#leb(KIND.code);
        }
      }
    }
  }

  *#debugInfo(): Generator<void> {
    const { count, offset } = this.#file.section(SECTION.debugInfo);
    this.#file.at = offset;
    for (let item = 0; item < count; item++) {
      if (item % AT_ONCE === 0) yield;
      walkDebugInfo(this.#file, this.#visitor);
    }
  }

  #callSites(): void {
    const { count, offset } = this.#file.table(SECTION.callSites, 4);
    for (let at = offset; at < offset + 4 * count; at += 4) this.#visit(KIND.encodedArray, at, 4);
  }

  #methodHandles(): void {
    const { count, offset } = this.#file.table(SECTION.methodHandles, 8);
    for (let at = offset; at < offset + 8 * count; at += 8) {
      const isField = this.#view.getUint16(at, true) <= LAST_FIELD_HANDLE;
      this.#visit(isField ? KIND.field : KIND.method, at + 4, 2);
    }
  }

  /** Annotations, and the first values of static fields. */
  *#values(): Generator<void> {
    for (const [section, type] of [
      [SECTION.annotations, 'annotation'],
      [SECTION.encodedArrays, 'array'],
    ] as const) {
      const { count, offset } = this.#file.section(section);
      this.#file.at = offset;
      for (let item = 0; item < count; item++) {
        if (item % AT_ONCE === 0) yield;
        walkValue(this.#file, type, this.#visitor);
      }
    }
  }

  #visit(kind: Kind, at: number, width: number): void {
    this.#visitor.visit(kind, at, width, FORM.fixed);
  }

  #leb(kind: Kind): void {
    visitLeb(this.#file, this.#visitor, kind);
  }

  /** Visits a place or offset of 32 bits. @returns the name of what it refers to */
  #offset(kind: Kind, at: number): number {
    this.#visit(kind, at, 4);
    return this.#names.nameBehind(kind, this.#view.getUint32(at, true));
  }

  #short(kind: Kind, at: number): number {
    this.#visit(kind, at, 2);
    return this.#names.nameBehind(kind, this.#view.getUint16(at, true));
  }
}

/** Items of most sections begin at a multiple of four bytes. */
const aligned = (at: number): number => (at + 3) & ~3;
