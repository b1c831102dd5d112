/** Reads what a connection says of its farm: settings and credentials. */
import type * as z from 'zod/mini';
import { FarmError } from './port.ts';

/** @throws FarmError `refused` naming what is wrong and for which farm, and never a value */
export function readSettings<T>(schema: z.ZodMiniType<T>, value: unknown, what: string, farm: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = [what, ...(parsed.error.issues[0]?.path ?? []).map(String)].join('.');
  throw new FarmError('refused', `${where} is not what ${farm} needs`, { field: where });
}
