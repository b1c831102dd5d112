/** Attacks by the path: past the routes to files, past the credential by another spelling. */
import { newRoute } from '../../contract/ids.ts';
import { ROUTES } from '../../contract/routes.ts';
import { type Attack, attemptEach } from './attack.ts';
import { pathOf } from './route-path.ts';
import { whatCameRaw } from './wire-format.ts';

const REFUSED = [400, 401, 403, 404, 405, 414, 429];

const run = (): string => pathOf(ROUTES.readRun, newRoute());

const GROUPS: readonly { asks: string; paths(): string[] }[] = [
  {
    asks: 'files of the server, by going up',
    paths: () =>
      ['..', '..%2f..', '%2e%2e/%2e%2e', '..%5c..', '....//....', '..%252f..', '..;/..', '%c0%ae%c0%ae'].map(
        (up) => `/assets/${up}/package.json`,
      ),
  },
  {
    asks: 'files of the server, by their names',
    paths: () => [
      '/package.json',
      '/.env',
      '/.git/config',
      '/backend/main.ts',
      '/.devicelane/root-key',
      '/assets/',
      '//etc/passwd',
    ],
  },
  {
    asks: 'closed routes spelt otherwise',
    paths: () => [
      `/${run()}`,
      `${run()}/`,
      `${run()}%00`,
      `${run()}%20`,
      `${run()};a=b`,
      `${run()}.json`,
      run().replace('/v1/', '/V1/'),
      run().replace('/v1/', '/v1//'),
      run().replace('/v1/', '/./v1/'),
      run().replace('/v1/', '/healthz/../v1/'),
      run().replace('/v1/', '/healthz%2f..%2fv1/'),
      run().replace('/v1/', '/%76%31/'),
      run().replace('/v1/', '\\v1\\'),
    ],
  },
  {
    asks: 'paths that cannot be read',
    paths: () => [
      '/%',
      '/%zz',
      '/v1/runs/%',
      '/v1/runs/%ff%fe',
      '/v1/runs/%00',
      '/sign-in/%0d%0aSet-Cookie:a=b',
      '/\u00ff',
      '*',
      'v1',
    ],
  },
];

export const PATH_ATTACKS: readonly Attack[] = GROUPS.map(({ asks, paths }) => ({
  row: '-',
  asks,
  must: '4xx',
  attempt: (target) =>
    attemptEach(
      paths().map((path, index) => ({ path, name: `number ${index + 1}` })),
      ({ name }) => name,
      async ({ path }) => {
        const head = `GET ${path} HTTP/1.1\r\nHost: ${target.url.host}\r\nConnection: close\r\n\r\n`;
        const answer = await target.raw([Buffer.from(head, 'latin1')]);
        if (/^set-cookie:/im.test(answer.text)) return 'a cookie';
        return whatCameRaw(answer, REFUSED, '\u0000');
      },
    ),
}));
