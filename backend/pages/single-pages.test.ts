import { expect, test } from '@jest/globals';
import { renderProblemPage } from './problem-page.ts';
import { renderSignInPage } from './sign-in-page.ts';
import { stylesheet } from './stylesheet.ts';

test('a one-time link is used by a press of the button, not by being fetched', async () => {
  const page = String(await renderSignInPage({ code: 'abc' }));
  expect(page).toContain('<form method="post" action="/sign-in/abc">');
  expect(page).not.toMatch(/href="\/sign-in|http-equiv="refresh"/);
});

test('a problem says what to do and by which id the log knows it, escaped', async () => {
  const page = String(await renderProblemPage(404, 'Not found', 'There is no <b>run</b>.', 'req_1"'));
  expect(page).toContain('There is no &lt;b&gt;run&lt;/b&gt;.');
  expect(page).toContain('<code>req_1&quot;</code>');
});

test('the stylesheet loads nothing', () => {
  expect(stylesheet).toContain('prefers-color-scheme: dark');
  expect(stylesheet).not.toMatch(/url\(|@import/);
});

/** WCAG 2.2, 1.4.3: text has at least 4.5 to 1 with what it stands on. */
test.each(['light', 'dark'])('colours have contrast enough (%s)', (scheme) => {
  const blocks = stylesheet.split('@media (prefers-color-scheme: dark)');
  const colours = new Map(
    [...(scheme === 'light' ? blocks[0]! : blocks[1]!.slice(0, 1_000)).matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(
      ([, name, value]) => [name!, value!],
    ),
  );
  const tones = ['failed', 'flaky', 'passed', 'errored', 'stopped', 'running'];
  const pairs = [
    ...['ink', 'muted', 'accent'].flatMap((tone) => [`${tone} paper`, `${tone} sheet`]),
    ...tones.flatMap((tone) => [`${tone} sheet`, `${tone} ${tone}-tint`, `ink ${tone}-tint`, `muted ${tone}-tint`]),
  ];
  const tooWeak = pairs.filter((pair) => {
    const [text, ground] = pair.split(' ').map((name) => luminance(colours.get(name)!));
    const [lighter, darker] = text! > ground! ? [text!, ground!] : [ground!, text!];
    return (lighter + 0.05) / (darker + 0.05) < 4.5;
  });
  expect(tooWeak).toEqual([]);
});

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
