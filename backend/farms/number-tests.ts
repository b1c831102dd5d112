/** Tells apart what stands several times in one attempt: parameters of other values, never further tries. */
import type { FarmTest } from './port.ts';

export function numberTests(tests: readonly FarmTest[]): FarmTest[] {
  const seen = new Map<string, number>();
  return tests.map((test) => {
    const key = `${test.suite}\0${test.name}\0${test.attempt}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? test : { ...test, name: `${test.name} (${count})` };
  });
}
