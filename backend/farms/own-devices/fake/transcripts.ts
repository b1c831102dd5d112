/** What `am instrument -r` says, in the forms that devices have been seen to give it. */

type Said = { test: string; code: number; stack?: string; isStarted?: boolean };

const keys = (test: string, index: number, count: number, stream: string): string => {
  const [suite, name] = test.split('#');
  return [
    `INSTRUMENTATION_STATUS: class=${suite}`,
    `INSTRUMENTATION_STATUS: current=${index + 1}`,
    'INSTRUMENTATION_STATUS: id=AndroidJUnitRunner',
    `INSTRUMENTATION_STATUS: numtests=${count}`,
    `INSTRUMENTATION_STATUS: stream=${stream}`,
    `INSTRUMENTATION_STATUS: test=${name}`,
  ].join('\n');
};

export function blocks(tests: readonly Said[], count: number = tests.length): string {
  return tests
    .map(({ test, code, stack, isStarted = true }, index) => {
      const start = `${keys(test, index, count, `\n${test.split('#')[0]}:`)}\nINSTRUMENTATION_STATUS_CODE: 1\n`;
      const said = stack === undefined ? '' : `INSTRUMENTATION_STATUS: stack=${stack}\n`;
      return `${isStarted ? start : ''}${said}${keys(test, index, count, '.')}\nINSTRUMENTATION_STATUS_CODE: ${code}\n`;
    })
    .join('');
}

export const ended = (count: number): string =>
  `INSTRUMENTATION_RESULT: stream=\n\nTime: 1.234\n\nOK (${count} tests)\n\n\nINSTRUMENTATION_CODE: -1\n`;

const STACK =
  'java.lang.AssertionError: expected a=b\n\tat com.example.A.two(A.java:12)\n\tat java.lang.reflect.Method.invoke(Native Method)\n';

export const TRANSCRIPTS = {
  passing:
    blocks([
      { test: 'com.example.A#one', code: 0 },
      { test: 'com.example.A#two', code: 0 },
    ]) + ended(2),
  mixed:
    blocks([
      { test: 'com.example.A#one', code: 0 },
      { test: 'com.example.A#two', code: -2, stack: STACK },
      { test: 'com.example.A#three', code: -3, isStarted: false },
      { test: 'com.example.B#four', code: -4, stack: 'org.junit.AssumptionViolatedException: not here' },
      { test: 'com.example.B#five', code: -1, stack: 'java.lang.IllegalStateException: no' },
      { test: 'com.example.B#six', code: 99 },
    ]) + ended(6),
  crash: `${blocks([{ test: 'com.example.A#one', code: 0 }], 3)}${blocks([{ test: 'com.example.A#two', code: 0 }], 3).split('INSTRUMENTATION_STATUS_CODE: 1\n')[0]}INSTRUMENTATION_STATUS_CODE: 1
INSTRUMENTATION_RESULT: shortMsg=Process crashed.
INSTRUMENTATION_RESULT: longMsg=java.lang.NullPointerException
INSTRUMENTATION_CODE: 0
`,
  truncated: blocks(
    [
      { test: 'com.example.A#one', code: 0 },
      { test: 'com.example.A#two', code: 0 },
    ],
    5,
  ),
  none: `INSTRUMENTATION_RESULT: stream=\n\nTime: 0\n\nOK (0 tests)\n\n\nINSTRUMENTATION_CODE: -1\n`,
  wrongRunner: `INSTRUMENTATION_STATUS: Error=Unable to find instrumentation info for: ComponentInfo{a/b}
INSTRUMENTATION_STATUS: id=ActivityManagerService
INSTRUMENTATION_STATUS_CODE: -1
android.util.AndroidException: INSTRUMENTATION_FAILED: a/b
	at com.android.commands.am.Am.runInstrument(Am.java:865)
INSTRUMENTATION_FAILED: a/b
`,
  silent: '',
};
