/** Attacks by the name that the server is called by: what it says of itself must not come from who asks. */
import { randomBase62 } from '../../contract/base62.ts';
import { type Attack, attemptEach } from './attack.ts';
import { whatItTells } from './refusal.ts';

/** Answers with links, redirects and the server's own URL. */
const PATHS = ['/', '/openapi.json', `/sign-in/${'0'.repeat(53)}`, '/nothing', '/v1/runs'];

const EVIL = 'evil.example';

const NAMES: readonly { asks: string; head(path: string, host: string): string }[] = [
  { asks: 'another Host', head: (path) => `GET ${path} HTTP/1.1\r\nHost: ${EVIL}` },
  { asks: 'a Host with a user', head: (path, host) => `GET ${path} HTTP/1.1\r\nHost: ${host}@${EVIL}` },
  { asks: 'a Host with a path', head: (path, host) => `GET ${path} HTTP/1.1\r\nHost: ${host}/${EVIL}` },
  {
    asks: 'an absolute URL of another host',
    head: (path, host) => `GET http://${EVIL}${path} HTTP/1.1\r\nHost: ${host}`,
  },
  {
    asks: 'X-Forwarded-Host and its like',
    head: (path, host) =>
      [
        `GET ${path} HTTP/1.1`,
        `Host: ${host}`,
        ...['X-Forwarded-Host', 'X-Host', 'X-Forwarded-Server', 'X-Original-Host', 'X-Forwarded-Prefix'].map(
          (name) => `${name}: ${EVIL}`,
        ),
        `Forwarded: host=${EVIL};proto=http`,
        `X-Original-URL: http://${EVIL}/`,
      ].join('\r\n'),
  },
];

export const HOST_ATTACKS: readonly Attack[] = [
  ...NAMES.map(
    ({ asks, head }): Attack => ({
      row: '-',
      asks: `pages and answers under ${asks}`,
      must: 'no link, redirect or text of it',
      attempt: (target) =>
        attemptEach(
          PATHS,
          (path) => path,
          async (path) => {
            const text = `${head(path, target.url.host)}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`;
            const answer = await target.raw([text]);
            return answer.text.toLowerCase().includes(EVIL)
              ? `${answer.statuses[0]}, and the name is in the answer`
              : null;
          },
        ),
    }),
  ),
  {
    row: '-',
    asks: 'a sign-out that leads to another site',
    must: 'no redirect to it',
    async attempt(target) {
      const secret = randomBase62(53);
      const answer = await target.ask({
        method: 'POST',
        path: `/sign-out?next=https://${EVIL}/&redirect=//${EVIL}/&return_to=/%5c${EVIL}`,
        headers: { host: EVIL, origin: `https://${EVIL}`, cookie: `devicelane=${secret}`, referer: `https://${EVIL}/` },
        secrets: [EVIL, secret],
      });
      return answer.status >= 400 ? whatItTells(answer) : `${answer.status}`;
    },
  },
];
