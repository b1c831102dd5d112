/** Visits the references by which classes, fields, methods and parameters have annotations. */
import { type DexFile, FORM, SECTION } from './dex-file.ts';
import { KIND, type Kind } from './kinds.ts';
import type { Visitor } from './visitor.ts';

/** The sets, and the lists of sets that parameters have. @throws RangeError when they are cut off */
export function walkAnnotationSets(file: DexFile, visitor: Visitor): void {
  for (const [section, kind] of [
    [SECTION.annotationSets, KIND.annotation],
    [SECTION.annotationSetLists, KIND.annotationSet],
  ] as const) {
    const { count, offset } = file.section(section);
    let at = offset;
    for (let item = 0; item < count; item++) {
      at += 4;
      const end = at + 4 * file.view.getUint32(at - 4, true);
      for (; at < end; at += 4) visitor.visit(kind, at, 4, FORM.fixed);
    }
  }
}

/** What of each class has which set. @throws RangeError when they are cut off */
export function walkAnnotationDirectories(file: DexFile, visitor: Visitor): void {
  const { count, offset } = file.section(SECTION.annotationDirectories);
  let at = offset;
  for (let item = 0; item < count; item++) {
    const [fields, methods, parameters] = [4, 8, 12].map((from) => file.view.getUint32(at + from, true));
    visitor.visit(KIND.annotationSet, at, 4, FORM.fixed);
    at = walkAnnotated(file, visitor, at + 16, fields as number, KIND.field, KIND.annotationSet);
    at = walkAnnotated(file, visitor, at, methods as number, KIND.method, KIND.annotationSet);
    at = walkAnnotated(file, visitor, at, parameters as number, KIND.method, KIND.annotationSetList);
  }
}

function walkAnnotated(
  { bytes }: DexFile,
  visitor: Visitor,
  start: number,
  count: number,
  kind: Kind,
  annotations: Kind,
): number {
  const end = start + 8 * count;
  if (end > bytes.length) throw new RangeError('annotations are cut off');
  for (let at = start; at < end; at += 8) {
    visitor.visit(kind, at, 4, FORM.fixed);
    visitor.visit(annotations, at + 4, 4, FORM.fixed);
  }
  return end;
}
