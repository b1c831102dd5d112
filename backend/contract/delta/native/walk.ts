/** Finds all references of a native library, section by section. */
import { setImmediate as turn } from 'node:timers/promises';
import { walkArm64 } from './arm64.ts';
import { BEHIND, type Machine } from './layout.ts';
import type { NativeFile } from './native-file.ts';
import { PAGE_HASH_BYTES, pageHash } from './page-hashes.ts';
import { KIND, References } from './references.ts';
import { slotsOf } from './slots.ts';
import { walkTable } from './tables.ts';
import { walkThumb } from './thumb.ts';
import { walkX86 } from './x86.ts';

const WALKS: Record<Machine, typeof walkArm64> = { arm64: walkArm64, arm: walkThumb, x86_64: walkX86, x86: walkX86 };

/** In the order in which they stand. Lets others work in between. @throws RangeError for a file that contradicts itself */
export async function referencesOf(file: NativeFile): Promise<References> {
  const found = new References(await slotsOf(file), file.wide);
  const walkCode = WALKS[file.machine];
  for (const section of file.sections) {
    const walk = section.kind === 'code' || section.kind === 'stubs' ? walkCode : walkTable;
    for (const _pause of walk(file, section, found)) await turn();
  }
  for (const _pause of walkPageHashes(file, found)) await turn();
  return found.inOrder();
}

/** Pages after which others have their turn. */
const AT_ONCE = 64;

/** Those that are right: others are no reference. */
function* walkPageHashes(file: NativeFile, found: References): Generator<void> {
  const all = file.linkerTables?.pageHashes ?? [];
  for (const { offset, count } of all) {
    for (let page = 0, at = offset; page < count; page++, at += PAGE_HASH_BYTES) {
      if (page % AT_ONCE === 0) yield;
      // It is to what is in no file, which is the same place in each.
      if (pageHash(file.bytes, all, at)?.equals(file.bytes.subarray(at, at + PAGE_HASH_BYTES)))
        found.add(at, KIND.pageHash, BEHIND);
    }
  }
}
