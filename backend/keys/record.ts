import type * as z from 'zod';
import { SealBroken } from './port.ts';

/** Reads a record of the keyring. @throws SealBroken without a word of what stands in it */
export function parseRecord<T>(shape: z.ZodType<T>, record: Uint8Array, name: string): T {
  try {
    return shape.parse(JSON.parse(Buffer.from(record).toString('utf8')));
  } catch (cause) {
    throw new SealBroken(`the record of ${name} is damaged`, { cause });
  }
}
