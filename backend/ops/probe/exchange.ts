/** Attacks on the exchange of identity tokens: forged, aimed elsewhere, or pointing at keys of the attacker's. */
import { GRANT_TYPE, SUBJECT_TOKEN_TYPES } from '../../contract/oauth.ts';
import { type Attack, attemptEach } from './attack.ts';
import type { Claims, Forger } from './forge.ts';
import { whatCame } from './refusal.ts';
import type { Target } from './target.ts';
import { setTrap } from './trap.ts';

const PATH = '/oauth/token';

type Forgeries = { row: string; asks: string; make(forger: Forger, trapUrl: string): string[] };

const unsettled = (forger: Forger, changes: Claims[]): string[] =>
  changes.map((change) => forger.signed(forger.claims(change)));

const FORGERIES: readonly Forgeries[] = [
  {
    row: 'A1',
    asks: 'an identity token with no signature',
    make: (forger) => ['none', 'None', 'NONE', 'nOnE', ''].map((alg) => forger.unsigned(forger.claims(), alg)),
  },
  {
    row: 'A1',
    asks: "an identity token signed with a shared secret, the issuer's public key among them",
    make: (forger) =>
      ['HS256', 'HS384', 'HS512'].flatMap((alg) =>
        ['', 'secret', forger.issuerKey?.pem ?? 'public', forger.issuerKey?.pem.trim() ?? 'key'].map((secret) =>
          forger.hmac(forger.claims(), alg, secret),
        ),
      ),
  },
  {
    row: 'A2',
    asks: "an identity token of the right issuer, signed with the attacker's key",
    make: (forger) => [forger.signed(forger.claims()), forger.signed(forger.claims(), { kid: undefined })],
  },
  {
    row: 'A2',
    asks: "an identity token that brings the attacker's key, or says where it is",
    make: (forger, trapUrl) =>
      [
        { jwk: forger.rsaJwk },
        { jku: `${trapUrl}/keys` },
        { x5u: `${trapUrl}/keys` },
        { kid: `${trapUrl}/keys` },
        { kid: '../../../dev/null' },
        { x5c: [Buffer.from('probe').toString('base64')] },
        { crit: ['probe'], probe: true },
        { b64: false, crit: ['b64'] },
        { zip: 'DEF' },
      ].map((header) => forger.signed(forger.claims(), header)),
  },
  {
    row: 'A3',
    asks: 'an identity token of an issuer that looks like a trusted one',
    make: (forger, trapUrl) =>
      unsettled(
        forger,
        [...lookAlikes(forger.issuer), trapUrl].map((iss) => ({ iss })),
      ),
  },
  {
    row: 'A4',
    asks: 'an identity token for another audience, or for several',
    make: (forger) =>
      unsettled(
        forger,
        ['https://github.com/acme', `${forger.publicUrl}/`, [forger.publicUrl, 'other'], '', undefined].map((aud) => ({
          aud,
        })),
      ),
  },
  {
    row: 'A5',
    asks: 'an identity token that lacks a claim, or has one of another type',
    make: (forger) =>
      unsettled(forger, [
        { exp: undefined },
        { jti: undefined },
        { exp: '4102444800' },
        { exp: 1e300 },
        { nbf: 4_102_444_800 },
        { iat: 4_102_444_800 },
        { repository_id: ['1', '2'] },
        { repository_id: { $ne: null } },
        { repository_owner_id: "1' or '1'='1" },
      ]),
  },
  {
    row: 'A6',
    asks: 'an identity token that has expired',
    make: (forger) => unsettled(forger, [{ exp: Math.floor(Date.now() / 1000) - 31 }, { exp: 1, iat: 1, nbf: 1 }]),
  },
  {
    row: 'A13',
    asks: 'an identity token of pull_request_target or workflow_run',
    make: (forger) => unsettled(forger, [{ event_name: 'pull_request_target' }, { event_name: 'workflow_run' }]),
  },
  {
    row: '-',
    asks: 'an identity token longer than 8 KiB',
    make: (forger) => unsettled(forger, [{ padding: 'x'.repeat(8192) }]),
  },
  {
    row: '-',
    asks: 'what is no identity token',
    make: () => ['probe', '..', 'a.b.c', 'a.b.c.d.e', '{"alg":"none"}', '\u0000'],
  },
];

/** Row A3's list, for whichever issuer. */
function lookAlikes(issuer: string): unknown[] {
  const { protocol, host, pathname } = new URL(issuer);
  const rest = pathname === '/' ? '' : pathname;
  const other = protocol === 'https:' ? 'http:' : 'https:';
  return [
    `${issuer}.evil.example`,
    `${issuer}/other-slug`,
    `${issuer}/`,
    issuer.toUpperCase(),
    `${protocol}//${host}@evil.example${rest}`,
    `${protocol}//evil.example@${host}${rest}`,
    `${protocol}//evil.example/${host}`,
    `${other}//${host}${rest}`,
    `${issuer}?`,
    `${issuer}#`,
    `${issuer} `,
    `${issuer}\u0000`,
    [issuer],
    '__proto__',
  ];
}

/** A stranger with a whole token may still come to a repository that is bound to nothing. */
const REFUSED = [400, 401, 403];

const forged: readonly Attack[] = FORGERIES.map(({ row, asks, make }) => ({
  row,
  asks,
  must: '401, and no outside call',
  async attempt(target) {
    const trap = await setTrap();
    try {
      const tokens = make(target.forger, trap.url);
      const names = new Map(tokens.map((token, index) => [token, `number ${index + 1}`]));
      const came = await attemptEach(
        tokens,
        (token) => names.get(token) ?? '',
        (token) => exchange(target, token, target.forger.proof('POST', PATH)),
      );
      return came ?? (trap.asked() > 0 ? "the attacker's keys were fetched" : null);
    } finally {
      trap.close();
    }
  },
}));

const PROOFS: readonly { asks: string; make(forger: Forger): (string | undefined)[] }[] = [
  { asks: 'no proof of possession', make: () => [undefined] },
  {
    asks: 'a proof for another URL, method or time',
    make: (forger) => [
      forger.proof('POST', '/v1/runs'),
      forger.proof('GET', PATH),
      forger.proof('POST', PATH, { htu: 'https://evil.example/oauth/token' }),
      forger.proof('POST', PATH, { iat: 1 }),
      forger.proof('POST', PATH, { jti: undefined }),
    ],
  },
  {
    asks: 'a proof that was used before',
    make: (forger) => new Array<string>(2).fill(forger.proof('POST', PATH)),
  },
  { asks: 'a proof that is garbage', make: () => ['probe', 'a.b.c', 'x'.repeat(8000)] },
];

const unproven: readonly Attack[] = PROOFS.map(({ asks, make }) => ({
  row: 'A7',
  asks: `the exchange with ${asks}`,
  must: '401',
  attempt: (target) =>
    attemptEach(
      make(target.forger),
      () => 'the exchange',
      (proof) => exchange(target, target.forger.signed(target.forger.claims()), proof),
    ),
}));

async function exchange(target: Target, token: string, proof: string | undefined): Promise<string | null> {
  const form = { grant_type: GRANT_TYPE, subject_token: token, subject_token_type: SUBJECT_TOKEN_TYPES[0] };
  const answer = await target.ask({
    method: 'POST',
    path: PATH,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(proof ? { dpop: proof } : {}) },
    body: new URLSearchParams(form).toString(),
    secrets: [token, proof ?? ''].filter((secret) => secret.length > 8),
  });
  return whatCame(answer, REFUSED);
}

export const EXCHANGE_ATTACKS: readonly Attack[] = [...forged, ...unproven];
