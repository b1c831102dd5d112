/** Attacks by events that nobody signed, as if from a code host, a chat or a farm. */
import { createHmac, randomUUID } from 'node:crypto';
import { newId, newRoute } from '../../contract/ids.ts';
import { type Attack, attemptEach } from './attack.ts';
import { whatCame } from './refusal.ts';

type Signature = { row: string; asks: string; headers(body: string): Record<string, string> };

/** The doors for events of the contract; one that a server does not have is as good as closed. */
const hooks = (): string[] => {
  const connection = newId('connection', newRoute());
  return ['/hooks/github', `/hooks/gitlab/${connection}`, '/hooks/slack', `/hooks/farms/${connection}`];
};

const BODY = JSON.stringify({ action: 'created', installation: { id: 1, account: { login: 'acme', id: 1 } } });
const hmac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');
const slack = (offsetSeconds: number, sign: (at: number) => string): Record<string, string> => {
  const at = Math.floor(Date.now() / 1000) + offsetSeconds;
  return { 'x-slack-request-timestamp': String(at), 'x-slack-signature': sign(at) };
};

const SIGNATURES: readonly Signature[] = [
  { row: 'G1', asks: 'no signature', headers: () => ({}) },
  {
    row: 'G1',
    asks: 'a signature of SHA-1 only',
    headers: (body) => ({ 'x-hub-signature': `sha1=${createHmac('sha1', '').update(body).digest('hex')}` }),
  },
  { row: 'G1', asks: 'a signature that is too short', headers: () => ({ 'x-hub-signature-256': 'sha256=00' }) },
  { row: 'G1', asks: 'an empty signature', headers: () => ({ 'x-hub-signature-256': '', 'x-gitlab-token': '' }) },
  {
    row: 'G1',
    asks: 'a signature with an empty or a well-known secret',
    headers: (body) => ({ 'x-hub-signature-256': `sha256=${hmac('', body)}`, 'x-gitlab-token': 'secret' }),
  },
  {
    row: 'G1',
    asks: 'a signature at random',
    headers: (body) => ({ 'x-hub-signature-256': `sha256=${hmac(randomUUID(), body)}` }),
  },
  {
    row: 'G2',
    asks: "a chat's signature 301 s old",
    headers: (body) => slack(-301, (at) => `v0=${hmac('', `v0:${at}:${body}`)}`),
  },
  {
    row: 'G2',
    asks: "a chat's signature 301 s ahead",
    headers: (body) => slack(301, (at) => `v0=${hmac('', `v0:${at}:${body}`)}`),
  },
  {
    row: 'G2',
    asks: "a chat's signature of now, at random",
    headers: () => slack(0, () => `v0=${hmac(randomUUID(), '')}`),
  },
];

export const HOOK_ATTACKS: readonly Attack[] = SIGNATURES.map(({ row, asks, headers }) => ({
  row,
  asks: `events with ${asks}`,
  must: '401, or no such door',
  attempt: (target) =>
    attemptEach(
      hooks(),
      (path) => path.split('/').slice(0, 3).join('/'),
      async (path) => {
        const said = {
          'content-type': 'application/json',
          'x-github-event': 'installation',
          'x-github-delivery': randomUUID(),
          'x-gitlab-event': 'Pipeline Hook',
        };
        const asked = { method: 'POST', path, headers: { ...said, ...headers(BODY) }, body: BODY };
        return whatCame(await target.ask(asked), [400, 401, 403, 404, 415]);
      },
    ),
}));
