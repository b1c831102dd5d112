/** Classes for `code-file.ts`, as many as a test needs. */
import type { CodeClass, Use } from './code-file.ts';

/** A class that uses others, each of them in another way. */
export function classOf(number: number, more: Partial<CodeClass> = {}): CodeClass {
  const uses = Array.from({ length: 20 }, (_, each) => useOf(number, each));
  return {
    name: `com/example/C${number}`,
    fields: ['field0', 'field1'],
    methods: ['method0', 'method1', 'method2'].map((name) => ({ name, uses })),
    note: `note ${number}`,
    ...more,
  };
}

function useOf(number: number, each: number): Use {
  const other = `com/example/C${(number * 7) % 50}`;
  const ways: Use[] = [
    { string: `text ${number} ${each}` },
    { type: other },
    { field: [other, `field${each % 3}`] },
    { method: [other, `method${each % 3}`] },
  ];
  return ways[(number + each) % 4] as Use;
}
