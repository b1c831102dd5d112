/**
 * Proof of access to a repository by the person's own GitHub account: the web flow of a GitHub App with PKCE. Sources:
 * GitHub's "Generating a user access token for a GitHub App", and the REST API of installations.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type AccessProofs, CodeHostError, type ProvenAccess } from './port.ts';

/** As much of Octokit as this needs: `github.ts` is its only importer. */
type Request = (route: string, parameters: Record<string, unknown>) => Promise<{ data: unknown }>;

export type AccessSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Of the API, without a trailing slash. */
  apiUrl: string;
  /** Without a credential of its own. */
  request: Request;
  /** Whatever was thrown, as this door says it. */
  explain(error: unknown): CodeHostError;
};

const PAGE = 100;
/** 5,000 repositories of an installation. */
const MAX_PAGES = 50;

const Granted = z.object({ access_token: z.string().check(z.minLength(1)) });
const Numbered = z.object({ id: z.int() });
const Account = z.object({ id: z.int(), login: z.string().check(z.maxLength(100)) });
const Installations = z.object({ installations: z.array(z.object({ id: z.int(), account: z.nullable(Numbered) })) });
const Repositories = z.object({
  repositories: z.array(
    z.object({
      id: z.int(),
      full_name: z.string().check(z.maxLength(300)),
      owner: Numbered,
      permissions: z.optional(z.object({ admin: z.optional(z.boolean()), maintain: z.optional(z.boolean()) })),
    }),
  ),
});
type Repository = z.infer<typeof Repositories>['repositories'][number];

/** Where people sign in: github.com, a GHE.com tenant, or the server itself. */
export function webUrlOf(apiUrl: string): string {
  const url = new URL(apiUrl);
  if (url.hostname === 'api.github.com' || (url.hostname.startsWith('api.') && url.hostname.endsWith('.ghe.com'))) {
    return `${url.protocol}//${url.host.slice('api.'.length)}`;
  }
  return apiUrl.replace(/\/api\/v3$/, '');
}

export function createGithubAccess(settings: AccessSettings): AccessProofs {
  const { issuer, clientId, clientSecret, apiUrl, request, explain } = settings;
  const web = webUrlOf(apiUrl);

  async function exchange(code: string, redirectUrl: string, verifier: string): Promise<string> {
    const { data } = await request(`POST ${web}/login/oauth/access_token`, {
      client_id: clientId,
      client_secret: clientSecret,
      code,
      redirect_uri: redirectUrl,
      code_verifier: verifier,
      headers: { accept: 'application/json' },
    });
    const granted = Granted.safeParse(data);
    // GitHub says so with status 200.
    if (!granted.success) throw new CodeHostError('gone', 'GitHub does not take this code');
    return granted.data.access_token;
  }

  /** A token that GitHub does not revoke now ends by itself within hours; what was proven does not hang on it. */
  async function revoke(token: string): Promise<void> {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    await request('DELETE /applications/{client_id}/token', {
      client_id: clientId,
      access_token: token,
      headers: { authorization: `Basic ${basic}` },
    }).catch(() => undefined);
  }

  return {
    issuer,
    signInUrl({ state, redirectUrl, verifier }) {
      const url = new URL(`${web}/login/oauth/authorize`);
      url.search = String(
        new URLSearchParams({
          client_id: clientId,
          redirect_uri: redirectUrl,
          state,
          allow_signup: 'false',
          // Whose account it is to be, the person sees and chooses.
          prompt: 'select_account',
          code_challenge: createHash('sha256').update(verifier).digest('base64url'),
          code_challenge_method: 'S256',
        }),
      );
      return url.href;
    },

    async prove({ code, redirectUrl, verifier, ownerId, repositoryId }) {
      try {
        const token = await exchange(code, redirectUrl, verifier);
        const asPerson: Request = (route, parameters) =>
          request(route, { ...parameters, headers: { authorization: `Bearer ${token}` } });
        try {
          return await findAccess(asPerson, ownerId, repositoryId);
        } finally {
          await revoke(token);
        }
      } catch (error) {
        throw explain(error);
      }
    },
  };
}

/** What the person's own token shows, which is what both they and the App can reach. */
async function findAccess(person: Request, ownerId: string, repositoryId: string): Promise<ProvenAccess | null> {
  const account = read(Account, (await person('GET /user', {})).data);
  for await (const { installations } of pages(person, 'GET /user/installations', {}, Installations)) {
    for (const installation of installations) {
      if (String(installation.account?.id) !== ownerId) continue;
      const found = await findRepository(person, installation.id, repositoryId);
      if (!found) continue;
      const runsIt = found.permissions?.admin === true || found.permissions?.maintain === true;
      if (!runsIt || String(found.owner.id) !== ownerId) return null;
      return {
        account: { id: String(account.id), login: account.login },
        ownerId: String(found.owner.id),
        installationId: String(installation.id),
        repository: found.full_name,
      };
    }
  }
  return null;
}

async function findRepository(person: Request, installation: number, repositoryId: string): Promise<Repository | null> {
  const route = 'GET /user/installations/{installation_id}/repositories';
  for await (const page of pages(person, route, { installation_id: installation }, Repositories)) {
    const found = page.repositories.find(({ id }) => String(id) === repositoryId);
    if (found) return found;
  }
  return null;
}

async function* pages<T extends Record<string, unknown[]>>(
  person: Request,
  route: string,
  parameters: Record<string, unknown>,
  schema: z.ZodMiniType<T>,
): AsyncGenerator<T> {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { data } = await person(route, { ...parameters, per_page: PAGE, page });
    const listed = read(schema, data);
    yield listed;
    if (Object.values(listed).every((each) => each.length < PAGE)) return;
  }
}

function read<T>(schema: z.ZodMiniType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new CodeHostError('unusable', 'GitHub’s answer is not of the form that it documents');
  return parsed.data;
}
