/** Visits the references in debug information: the names and types of parameters and local variables. */
import { type DexFile, FORM } from './dex-file.ts';
import { KIND } from './kinds.ts';
import { type Visitor, visitLeb } from './visitor.ts';

const OPCODE = {
  end: 0,
  advancePc: 1,
  advanceLine: 2,
  startLocal: 3,
  startLocalExtended: 4,
  endLocal: 5,
  restartLocal: 6,
  setFile: 9,
} as const;

/** Walks the debug information that begins here. @throws RangeError when it is none */
export function walkDebugInfo(file: DexFile, visitor: Visitor): void {
  const string = () => visitLeb(file, visitor, KIND.string, FORM.lebPlusOne);
  file.number();
  for (let parameters = file.number(); parameters > 0; parameters--) string();
  for (;;) {
    const opcode = file.view.getUint8(file.at++);
    switch (opcode) {
      case OPCODE.end:
        return;
      case OPCODE.advancePc:
      case OPCODE.advanceLine:
      case OPCODE.endLocal:
      case OPCODE.restartLocal:
        file.number();
        break;
      case OPCODE.startLocal:
      case OPCODE.startLocalExtended:
        file.number();
        string();
        visitLeb(file, visitor, KIND.type, FORM.lebPlusOne);
        if (opcode === OPCODE.startLocalExtended) string();
        break;
      case OPCODE.setFile:
        string();
    }
  }
}
