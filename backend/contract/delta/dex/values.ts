/** Visits the references in encoded values, of which annotations and the first values of static fields consist. */
import { type DexFile, FORM } from './dex-file.ts';
import { KIND, type Kind } from './kinds.ts';
import { type Visitor, visitLeb } from './visitor.ts';

/** Types of values, the low five bits of their first byte. */
const TYPE = { array: 0x1c, annotation: 0x1d, null: 0x1e, boolean: 0x1f } as const;
const REFERENCES: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [0x15, KIND.proto],
  [0x17, KIND.string],
  [0x18, KIND.type],
  [0x19, KIND.field],
  [0x1a, KIND.method],
  [0x1b, KIND.field],
]);

/** Deeper than any compiler nests them; what a hostile file nests deeper is no dex file. */
const DEEPEST = 64;

/**
 * Walks the annotation with its visibility, or the array, that begins here.
 *
 * @throws RangeError when it is none
 */
export function walkValue(file: DexFile, type: 'annotation' | 'array', visitor: Visitor): void {
  if (type === 'array') walkArray(file, visitor, 0);
  else {
    file.at += 1;
    walkAnnotation(file, visitor, 0);
  }
}

function walkArray(file: DexFile, visitor: Visitor, depth: number): void {
  for (let left = file.number(); left > 0; left--) walkOne(file, visitor, depth);
}

function walkAnnotation(file: DexFile, visitor: Visitor, depth: number): void {
  visitLeb(file, visitor, KIND.type);
  for (let left = file.number(); left > 0; left--) {
    visitLeb(file, visitor, KIND.string);
    walkOne(file, visitor, depth);
  }
}

function walkOne(file: DexFile, visitor: Visitor, depth: number): void {
  if (depth > DEEPEST) throw new RangeError('values are nested too deep');
  const head = file.view.getUint8(file.at++);
  const type = head & 0x1f;
  if (type === TYPE.array) walkArray(file, visitor, depth + 1);
  else if (type === TYPE.annotation) walkAnnotation(file, visitor, depth + 1);
  else if (type !== TYPE.null && type !== TYPE.boolean) {
    const width = (head >>> 5) + 1;
    const kind = REFERENCES.get(type);
    if (kind !== undefined && width <= 4) visitor.visit(kind, file.at, width, FORM.fixed);
    file.at += width;
  }
}
