/** Sign-in with a GitHub App at the GitHub stand-in: the web flow with PKCE, and what a person's token may list. */
import { createHash, randomBytes } from 'node:crypto';

type Answer = { status: number; headers: Record<string, string>; text: string };
type Repository = { id: string; ownerId: string; fullName: string };
export type GithubPerson = { id: number; login: string };
type Role = 'admin' | 'maintain' | 'write' | 'read';
/** `null`: no installation of the App has it. */
type Held = { repository: Repository; installationId: string | null };

export type SignIns = {
  clientId: string;
  clientSecret: string;
  /** What each person may do with each repository, by `login owner/name`; without an entry nothing. */
  roles: Map<string, Role>;
  /** Who sits at the browser that comes to the authorise page, and agrees. */
  atBrowser: GithubPerson | null;
  /** Sends a person's browser to the authorise page, where they agree. Returns where it is sent back to. */
  agree(url: string, person: GithubPerson): URL;
  /** Tokens of people that were given out and not revoked. */
  liveTokens(): number;
  /** null: the request is for something else. */
  answer(method: string, path: string, authorization: string | undefined, body: string): Answer | null;
};

type Code = { person: GithubPerson; redirectUrl: string; challenge: string };

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const json = (value: unknown, status = 200): Answer => ({ status, headers: JSON_TYPE, text: JSON.stringify(value) });

/** @param held a function, since the repositories are known only later */
export function createSignIns(callback: () => string, held: () => readonly Held[]): SignIns {
  const clientId = 'Iv23.stand-in';
  const clientSecret = randomBytes(20).toString('hex');
  const codes = new Map<string, Code>();
  const tokens = new Map<string, GithubPerson>();
  const roles: SignIns['roles'] = new Map();

  function exchange(body: string): Answer {
    const given = JSON.parse(body) as Record<string, string>;
    const code = codes.get(given.code ?? '');
    codes.delete(given.code ?? '');
    const verifier = createHash('sha256')
      .update(given.code_verifier ?? '')
      .digest('base64url');
    const isApp = given.client_id === clientId && given.client_secret === clientSecret;
    if (!isApp) return json({ error: 'incorrect_client_credentials' });
    if (!code || code.redirectUrl !== given.redirect_uri || code.challenge !== verifier) {
      return json({ error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' });
    }
    const token = `ghu_${randomBytes(18).toString('hex')}`;
    tokens.set(token, code.person);
    return json({ access_token: token, token_type: 'bearer', scope: '' });
  }

  function revoke(authorization: string | undefined, body: string): Answer {
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    if (authorization !== basic) return json({ message: 'Bad credentials' }, 401);
    tokens.delete((JSON.parse(body) as { access_token: string }).access_token);
    return { status: 204, headers: {}, text: '' };
  }

  const permissionsOf = (role: Role) => ({
    admin: role === 'admin',
    maintain: ['admin', 'maintain'].includes(role),
    push: role !== 'read',
    pull: true,
  });

  function list(person: GithubPerson, path: URL): Answer | null {
    const seen = held().flatMap(({ repository, installationId }) => {
      const role = roles.get(`${person.login} ${repository.fullName}`);
      return role && installationId !== null ? [{ repository, installationId, role }] : [];
    });
    if (path.pathname === '/user') return json(person);
    const [page, size] = [Number(path.searchParams.get('page') ?? 1), Number(path.searchParams.get('per_page') ?? 30)];
    const cut = <T>(all: readonly T[]) => all.slice((page - 1) * size, page * size);
    if (path.pathname === '/user/installations') {
      const ids = new Map(seen.map((each) => [each.installationId, Number(each.repository.ownerId)]));
      const installations = [...ids].map(([id, owner]) => ({ id: Number(id), account: { id: owner, login: 'acme' } }));
      return json({ total_count: installations.length, installations: cut(installations) });
    }
    const installation = /^\/user\/installations\/(\d+)\/repositories$/.exec(path.pathname)?.[1];
    if (!installation) return null;
    const repositories = seen
      .filter((each) => each.installationId === installation)
      .map(({ repository, role }) => ({
        id: Number(repository.id),
        full_name: repository.fullName,
        owner: { id: Number(repository.ownerId) },
        permissions: permissionsOf(role),
      }));
    return json({ total_count: repositories.length, repositories: cut(repositories) });
  }

  const signIns: SignIns = {
    clientId,
    clientSecret,
    roles,
    atBrowser: null,
    liveTokens: () => tokens.size,
    agree(text, person) {
      const asked = new URL(text).searchParams;
      const redirectUrl = asked.get('redirect_uri') ?? '';
      if (asked.get('client_id') !== clientId || redirectUrl !== callback())
        throw new Error('GitHub shows an error page');
      if (asked.get('code_challenge_method') !== 'S256') throw new Error('the challenge is not S256');
      const code = randomBytes(10).toString('hex');
      codes.set(code, { person, redirectUrl, challenge: asked.get('code_challenge') ?? '' });
      const back = new URL(redirectUrl);
      back.search = String(new URLSearchParams({ code, state: asked.get('state') ?? '' }));
      return back;
    },
    answer(method, path, authorization, body) {
      const url = new URL(path, 'http://github.invalid');
      if (method === 'POST' && url.pathname === '/login/oauth/access_token') return exchange(body);
      if (method === 'DELETE' && url.pathname === `/applications/${clientId}/token`) return revoke(authorization, body);
      if (method === 'GET' && url.pathname === '/login/oauth/authorize' && signIns.atBrowser) {
        const back = signIns.agree(url.href, signIns.atBrowser);
        return { status: 302, headers: { location: back.href }, text: '' };
      }
      const person = tokens.get((authorization ?? '').replace(/^(bearer|token)\s+/i, ''));
      return person && method === 'GET' ? list(person, url) : null;
    },
  };
  return signIns;
}
