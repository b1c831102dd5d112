/** Attacks on the sessions of people: codes that are guessed, and forms that another site posts. */
import { randomBase62 } from '../../contract/base62.ts';
import { type Attack, attemptEach } from './attack.ts';
import { whatCame } from './refusal.ts';

const GUESSES = 8;

type Post = { name: string; headers(origin: string): Record<string, string> };

/** How a browser tells that a form was posted from elsewhere, or what stands where it does not tell. */
const CROSS_SITE: readonly Post[] = [
  { name: 'from another origin', headers: () => ({ origin: 'https://evil.example' }) },
  { name: 'from no origin', headers: () => ({}) },
  { name: 'from the origin null', headers: () => ({ origin: 'null' }) },
  { name: 'from an origin that begins alike', headers: (origin) => ({ origin: `${origin}.evil.example` }) },
  { name: 'from an origin in upper case', headers: (origin) => ({ origin: origin.toUpperCase() }) },
  {
    name: 'from another site, which says it is this one',
    headers: (origin) => ({ origin, 'sec-fetch-site': 'cross-site' }),
  },
  { name: 'from a neighbouring site', headers: (origin) => ({ origin, 'sec-fetch-site': 'same-site' }) },
  { name: 'with a referrer only', headers: (origin) => ({ referer: `${origin}/` }) },
];

const crossSite = (asks: string, path: () => string): Attack => ({
  row: '-',
  asks,
  must: '403',
  attempt: (target) =>
    attemptEach(
      CROSS_SITE,
      ({ name }) => name,
      async ({ headers }) => {
        const type = { 'content-type': 'application/x-www-form-urlencoded' };
        const asked = { method: 'POST', path: path(), headers: { ...type, ...headers(target.origin) }, body: '' };
        return whatCame(await target.ask(asked), [403]);
      },
    ),
});

export const SIGN_IN_ATTACKS: readonly Attack[] = [
  {
    row: '-',
    asks: 'to sign in with one-time codes at random',
    must: '404, and no cookie',
    attempt: (target) =>
      attemptEach(
        [...new Array(GUESSES)].map(() => randomBase62(53)),
        () => 'a code',
        async (code) =>
          whatCame(
            await target.ask({
              method: 'POST',
              path: `/sign-in/${code}`,
              headers: { origin: target.origin },
              secrets: [code],
            }),
            [404],
          ),
      ),
  },
  {
    row: '-',
    asks: 'to sign in with codes that are none',
    must: '404, and no cookie',
    attempt: (target) =>
      attemptEach(
        ['0', "'%20or%201=1--", '%00', '..%2f..%2fhealthz', 'x'.repeat(4000)],
        () => 'a code',
        async (code) =>
          whatCame(
            await target.ask({ method: 'POST', path: `/sign-in/${code}`, headers: { origin: target.origin } }),
            [400, 404],
          ),
      ),
  },
  crossSite('a sign-in that another site posts', () => `/sign-in/${randomBase62(53)}`),
  crossSite('a sign-out that another site posts', () => '/sign-out'),
];
