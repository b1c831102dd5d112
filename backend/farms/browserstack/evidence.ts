/** Files of a test case: their links may need the credential, lead on to a store once, and expire. */
import type { EvidenceKind } from '../../contract/terms.ts';
import { openLink } from '../open-link.ts';
import { FarmError, type FarmEvidence } from '../port.ts';
import type { BrowserstackCalls } from './calls.ts';
import type { TestCase } from './wire.ts';

const FIELDS = {
  video: ['video', 'video/mp4', 'mp4'],
  device_log: ['device_log', 'text/plain; charset=utf-8', 'log'],
  instrumentation_log: ['session_log', 'text/plain; charset=utf-8', 'log'],
  network_log: ['network_log', 'application/json', 'har'],
} as const satisfies Partial<Record<keyof TestCase, readonly [EvidenceKind, string, string]>>;
type Field = keyof typeof FIELDS;

type Deps = { calls: BrowserstackCalls; baseUrl: string };

/** @param again reads the test case anew, with new links */
export function evidenceOf(deps: Deps, test: TestCase, again: () => Promise<TestCase | undefined>): FarmEvidence[] {
  const label = (test.name || 'test').replace(/[^\w.-]+/g, '_').slice(0, 100);
  return (Object.keys(FIELDS) as Field[]).flatMap((field) => {
    const [kind, contentType, extension] = FIELDS[field];
    if (!test[field]) return [];
    return {
      name: `${label}.${field}.${extension}`,
      kind,
      contentType,
      async *open(offset = 0) {
        const first = await fetchLink(deps, test[field] ?? '', offset);
        if (first) return yield* first;
        const link = (await again())?.[field];
        const second = link ? await fetchLink(deps, link, offset) : null;
        if (!second) throw new FarmError('broken', 'The farm’s link to a file is not good any more.');
        yield* second;
      },
    };
  });
}

/** Null where the link is not good any more. The credential goes to the farm alone. @throws FarmError `broken` */
async function fetchLink(
  { calls, baseUrl }: Deps,
  link: string,
  offset: number,
  isSecond = false,
): Promise<AsyncIterable<Uint8Array> | null> {
  const url = URL.canParse(link) ? new URL(link) : null;
  const own = new URL(baseUrl);
  const isFarm = url?.host === own.host || (url?.protocol === 'https:' && /\.browserstack\.com$/.test(url.hostname));
  // A store that the farm sends us on to is given nothing of ours.
  if (!url || !(isFarm || (isSecond && url.protocol === 'https:'))) {
    throw new FarmError('broken', 'The farm gave a link that leads elsewhere.');
  }
  const headers = isFarm ? { headers: { authorization: calls.authorize() } } : {};
  const opened = await openLink(calls.outgoing, url, { offset, ...headers });
  if (opened.state === 'open') return opened.body;
  if (opened.state === 'gone') return null;
  if (isSecond) throw new FarmError('broken', 'The farm’s link to a file leads on and on.');
  return fetchLink({ calls, baseUrl }, opened.to.href, offset, true);
}
