/** Who is told of the references in a dex file. */
import { type DexFile, FORM, type Form } from './dex-file.ts';
import type { Kind } from './kinds.ts';

export type Visitor = {
  /** Whether it need not see references by a place that stand in code and in what describes it. */
  readonly isBrief: boolean;
  /** May write another value in the same place. @param width in bytes */
  visit(kind: Kind, at: number, width: number, form: Form): void;
};

/** Visits the LEB128 that stands where the file is read next, and reads on behind it. */
export function visitLeb(file: DexFile, visitor: Visitor, kind: Kind, form: Form = FORM.leb): void {
  const start = file.at;
  file.number();
  visitor.visit(kind, start, file.at - start, form);
}
