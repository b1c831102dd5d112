/** Finds all references of a native library, section by section. */
import { setImmediate as turn } from 'node:timers/promises';
import { walkArm64 } from './arm64.ts';
import { type ElfFile, MACHINE } from './elf-file.ts';
import { References } from './references.ts';
import { slotsOf } from './slots.ts';
import { walkTable } from './tables.ts';
import { walkThumb } from './thumb.ts';
import { walkX86 } from './x86.ts';

const WALKS = new Map<number, typeof walkArm64>([
  [MACHINE.arm64, walkArm64],
  [MACHINE.arm, walkThumb],
  [MACHINE.x86_64, walkX86],
  [MACHINE.x86, walkX86],
]);

/** In the order in which they stand. Lets others work in between. @throws RangeError for a file that contradicts itself */
export async function referencesOf(file: ElfFile): Promise<References> {
  const found = new References(await slotsOf(file), file.wide);
  const walk = WALKS.get(file.machine);
  if (!walk) throw new RangeError('the machine is not known');
  for (const section of file.sections) {
    for (const _pause of (section.isCode ? walk : walkTable)(file, section, found)) await turn();
  }
  return found.inOrder();
}
