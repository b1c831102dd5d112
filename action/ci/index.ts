/** Every CI that is known, asked in this order. */
import type { CiVendor, Env } from './ci.ts';
import { github } from './github.ts';

const VENDORS: readonly CiVendor[] = [github];

/** The CI that this environment is of; null where none knows it. */
export function detectCi(env: Env): CiVendor | null {
  return VENDORS.find((vendor) => vendor.detect(env)) ?? null;
}
