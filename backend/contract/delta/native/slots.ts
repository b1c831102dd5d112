/**
 * The places in a native library that the linker fills in when it is loaded. They hold nothing, or nearly nothing, and are
 * known by what is put there.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { elfSlots } from './elf-relocations.ts';
import { machOSlots } from './mach-o-slots.ts';
import type { NativeFile } from './native-file.ts';

/** Slots after which others have their turn. */
const AT_ONCE = 16 * 1024;
/** Several times what the largest libraries have. */
const MOST_SLOTS = 2 ** 20;

export type Slot = {
  /** Where it lies in the file; null for what is in memory alone. */
  at: number | null;
  /** Where in the file lies what is put there; null where it is what a symbol stands for. */
  target: number | null;
  /** The symbol in 32 bits; 0 where there is none. */
  symbol: number;
  /** Whether something else stands there beside the lower 32 bits of the address. */
  isPacked: boolean;
};

export type Slots = {
  /** Where each lies in the file, in their order, each once. */
  at: Uint32Array;
  /** -1 for none. */
  target: Float64Array;
  symbol: Int32Array;
  isPacked: Uint8Array;
};

/** Lets others work in between. @throws RangeError where there are more than a linker makes */
export async function slotsOf(file: NativeFile): Promise<Slots> {
  const slots: Slot[] = [];
  const keys: number[] = [];
  let count = 0;
  for (const slot of file.linkerTables ? machOSlots(file, file.linkerTables) : elfSlots(file)) {
    if (++count % AT_ONCE === 0) await turn();
    if (count === MOST_SLOTS) throw new RangeError('there are too many slots');
    if (slot.at === null || slot.at + file.wide > file.bytes.length) continue;
    // In the order of where they lie; of two for one place first the one of a symbol, which tells more.
    keys.push((2 * slot.at + Number(slot.symbol === 0)) * MOST_SLOTS + slots.length);
    slots.push(slot);
  }
  const ordered = Array.from(Float64Array.from(keys).sort(), (key) => slots[key % MOST_SLOTS] as Slot);
  const once = ordered.filter(({ at }, slot) => at !== ordered[slot - 1]?.at);
  return {
    at: Uint32Array.from(once, ({ at }) => at as number),
    target: Float64Array.from(once, ({ target }) => target ?? -1),
    symbol: Int32Array.from(once, ({ symbol }) => symbol),
    isPacked: Uint8Array.from(once, ({ isPacked }) => Number(isPacked)),
  };
}
