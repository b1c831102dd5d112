/** Attacks with no credential, or one that is worth nothing, on every route that is closed. */
import { createHash } from 'node:crypto';
import { randomBase62 } from '../../contract/base62.ts';
import { newRoute } from '../../contract/ids.ts';
import type { Route } from '../../contract/routes.ts';
import { newToken, type TokenKind } from '../../contract/token-forms.ts';
import { type Attack, attemptEach } from './attack.ts';
import { problemOf, whatCame, whatItTells } from './refusal.ts';
import { CLOSED_ROUTES, nameOf, pathOf, wrongBodyOf } from './route-path.ts';
import type { Answer, Asked, Target } from './target.ts';

type Worthless = Pick<Asked, 'headers' | 'secrets'> & { query?: string };
type Credential = {
  row: string;
  asks: string;
  statuses?: number[];
  make(target: Target, method: string, path: string): Worthless;
};

const unknown = (kind: TokenKind): string => newToken(kind, newRoute());
/** A token whose checksum is off by one character. */
const misspelt = (kind: TokenKind): string => unknown(kind).replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
const withToken = (scheme: string, token: string): Worthless => ({
  headers: { authorization: `${scheme} ${token}` },
  secrets: [token],
});

function proven(target: Target, method: string, path: string, token: string): Worthless {
  const ath = createHash('sha256').update(token).digest('base64url');
  const proof = target.forger.proof(method, path, { ath });
  return { headers: { authorization: `DPoP ${token}`, dpop: proof }, secrets: [token, proof] };
}

const CREDENTIALS: readonly Credential[] = [
  { row: 'A', asks: 'no credential', make: () => ({}) },
  { row: 'A', asks: 'a token that is garbage', make: () => withToken('Bearer', randomBase62(40)) },
  { row: 'A', asks: 'an API token with a wrong checksum', make: () => withToken('Bearer', misspelt('pat')) },
  { row: 'A', asks: 'an API token that was never made', make: () => withToken('Bearer', unknown('pat')) },
  { row: 'A', asks: 'an operator token that was never made', make: () => withToken('Bearer', unknown('adm')) },
  { row: 'A', asks: 'a capability without its proof', make: () => withToken('DPoP', unknown('ci')) },
  {
    row: 'A',
    asks: 'a capability with a wrong checksum, and a proof',
    make: (target, method, path) => proven(target, method, path, misspelt('ci')),
  },
  {
    row: 'A',
    asks: 'a capability that was never made, and a proof',
    make: (target, method, path) => proven(target, method, path, unknown('ci')),
  },
  {
    row: 'A',
    asks: 'a run handle that was never made, and a proof',
    make: (target, method, path) => proven(target, method, path, unknown('run')),
  },
  {
    row: 'A1',
    asks: 'an unsigned identity token as the token',
    make: ({ forger }) => withToken('Bearer', forger.unsigned(forger.claims(), 'none')),
  },
  {
    row: '-',
    asks: 'a name and a password',
    make: () => withToken('Basic', Buffer.from(`admin:${randomBase62(12)}`).toString('base64')),
  },
  {
    row: '-',
    asks: 'two Authorization headers',
    statuses: [400, 401],
    make: () => {
      const [one, two] = [unknown('pat'), unknown('pat')];
      return { headers: { authorization: [`Bearer ${one}`, `Bearer ${two}`] }, secrets: [one, two] };
    },
  },
  {
    row: '-',
    asks: 'a token in the query',
    make: () => {
      const token = unknown('pat');
      return { query: `?access_token=${token}&token=${token}`, secrets: [token] };
    },
  },
  { row: '-', asks: 'a session cookie that has ended or never was', make: () => cookies(randomBase62(53)) },
  { row: '-', asks: 'a session cookie that is garbage', make: () => cookies(`%00${randomBase62(12)}'--`) },
  {
    row: '-',
    asks: 'headers by which a proxy would say that it is fine',
    make: ({ origin }) => ({
      headers: {
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-user': 'admin',
        'x-real-ip': '127.0.0.1',
        'x-original-url': '/healthz',
        'x-rewrite-url': '/healthz',
        'x-http-method-override': 'GET',
        'x-forwarded-client-cert': 'Hash=00;Subject="CN=admin"',
        referer: origin,
      },
    }),
  },
];

function cookies(secret: string): Worthless {
  return { headers: { cookie: `devicelane=${secret}; __Host-devicelane=${secret}` }, secrets: [secret] };
}

const onEveryRoute = ({ row, asks, statuses = [401], make }: Credential): Attack => ({
  row,
  asks: `every closed route with ${asks}`,
  must: `${statuses.join(' or ')}, alike on each`,
  async attempt(target) {
    const alike = new Map<string, string>();
    return attemptEach(CLOSED_ROUTES, nameOf, async (route) => {
      const answer = await askClosed(target, route, (path) => make(target, route.method.toUpperCase(), path));
      return whatCame(answer, statuses) ?? differs(alike, route, answer);
    });
  },
});

/** Its answer has no body to judge. */
const headOnly: Attack = {
  row: '-',
  asks: 'the head alone of every closed route, with no credential',
  must: '401',
  attempt: (target) =>
    attemptEach(
      CLOSED_ROUTES.filter(({ method }) => method === 'get'),
      nameOf,
      async (route) => {
        const answer = await target.ask({ method: 'HEAD', path: pathOf(route, newRoute()) });
        return [401, 429].includes(answer.status) ? whatItTells(answer) : `${answer.status}`;
      },
    ),
};

export const CREDENTIAL_ATTACKS: readonly Attack[] = [...CREDENTIALS.map(onEveryRoute), headOnly];

function askClosed(target: Target, route: Route, make: (path: string) => Worthless): Promise<Answer> {
  const path = pathOf(route, newRoute());
  const wrong = wrongBodyOf(route);
  const { headers, query = '', secrets = [] } = make(path);
  return target.ask({
    method: route.method.toUpperCase(),
    path: path + query,
    headers: { origin: target.origin, ...wrong.headers, ...headers },
    ...(wrong.body === undefined ? {} : { body: wrong.body }),
    secrets,
  });
}

/** Routes for the same kind of asker must not be told apart by how they refuse. */
function differs(alike: Map<string, string>, { access }: Route, answer: Answer): string | null {
  const problem = problemOf(answer);
  const said = `${problem?.code} ${problem?.detail}`;
  const first = alike.get(access.who) ?? said;
  alike.set(access.who, first);
  return said === first || answer.status === 429 ? null : `${answer.status}, but in other words than its like`;
}
