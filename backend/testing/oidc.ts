/**
 * A stand-in for GitHub Actions' OIDC issuer: real RS256 signatures, discovery and keys, and the endpoint from which a
 * job asks its token.
 */
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';

export type Claims = Record<string, unknown>;

export type OidcIssuer = {
  issuer: string;
  /** What a job finds as ACTIONS_ID_TOKEN_REQUEST_URL; `&audience=` is appended to it. */
  requestUrl: string;
  /** What a job finds as ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  requestToken: string;
  /** A token with GitHub's claims, and these instead of the usual ones; `undefined` leaves a claim out. */
  mint(overrides?: Claims): Promise<string>;
  stop(): Promise<void>;
};

const LIFETIME_SECONDS = 300;
/** GitHub's tokens are valid from ten minutes before they are made. */
const BACKDATED_SECONDS = 600;

type Options = {
  port?: number;
  /** The claims that its tokens have beside their times; without them those of a GitHub pull request's job. */
  base?: Claims;
  /** Instead of some of these. */
  claims?: Claims;
};

export async function startOidcIssuer(options: Options = {}): Promise<OidcIssuer> {
  const server = new OAuth2Server();
  // Not the store's own `generate`: it refuses keys that come from another realm, as Jest's are.
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  await server.issuer.keys.add({ ...(await exportJWK(privateKey)), alg: 'RS256' });
  await server.start(options.port ?? 0, '127.0.0.1');
  const issuer = server.issuer.url;
  if (!issuer) throw new Error('the issuer has no URL after its start');
  const requestToken = randomBytes(24).toString('base64url');

  const mint = (overrides: Claims = {}): Promise<string> =>
    server.issuer.buildToken({
      scopesOrTransform: (header, payload) => {
        header.typ = 'JWT';
        const now = Math.floor(Date.now() / 1000);
        const times = { iat: now, nbf: now - BACKDATED_SECONDS, exp: now + LIFETIME_SECONDS, jti: randomUUID() };
        Object.assign(payload, times, options.base ?? githubClaims(), options.claims, overrides);
      },
    });

  server.service.addRoute('GET', '/actions/id-token', async (request, response) => {
    if (!isSame(request.headers.authorization ?? '', `bearer ${requestToken}`)) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Unauthorized"}');
      return;
    }
    const { audience } = request.query;
    const value = await mint(audience === undefined ? {} : { aud: audience });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ value }));
  });

  return {
    issuer,
    requestUrl: `${issuer}/actions/id-token?api-version=2.0`,
    requestToken,
    mint,
    stop: () => server.stop(),
  };
}

/** The claims of a pull request's job; GitHub writes every one as a string. */
export function githubClaims(): Claims {
  const sha = '1f2e3d4c5b6a79880716253443526170a9b8c7d6';
  const workflow = 'acme/app/.github/workflows/test.yml@refs/pull/7/merge';
  return {
    sub: 'repo:acme/app:pull_request',
    aud: 'https://github.com/acme',
    actor: 'dev',
    actor_id: '501',
    base_ref: 'main',
    head_ref: 'feature/sign-in',
    check_run_id: '7700001',
    event_name: 'pull_request',
    job_workflow_ref: workflow,
    job_workflow_sha: sha,
    ref: 'refs/pull/7/merge',
    ref_type: 'branch',
    ref_protected: 'false',
    repository: 'acme/app',
    repository_id: '9001',
    repository_owner: 'acme',
    repository_owner_id: '3001',
    repository_visibility: 'private',
    run_id: '88001',
    run_number: '12',
    run_attempt: '1',
    runner_environment: 'github-hosted',
    sha,
    workflow: 'test',
    workflow_ref: workflow,
    workflow_sha: sha,
  };
}

/** The claims of a job of a branch pipeline on GitLab, as it writes them since 18.4. */
export function gitlabClaims(): Claims {
  return {
    sub: 'project_path:acme/app:ref_type:branch:ref:main',
    project_id: '42',
    project_path: 'acme/app',
    namespace_id: '7',
    namespace_path: 'acme',
    job_project_id: '42',
    job_project_path: 'acme/app',
    job_namespace_id: '7',
    job_namespace_path: 'acme',
    user_id: '5',
    user_login: 'dev',
    user_email: 'dev@acme.example',
    user_access_level: 'developer',
    pipeline_id: '6000',
    pipeline_source: 'push',
    job_id: '9000',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    runner_id: 1,
    runner_environment: 'self-hosted',
    sha: '1f2e3d4c5b6a79880716253443526170a9b8c7d6',
    project_visibility: 'private',
    ci_config_ref_uri: 'gitlab.example.com/acme/app//.gitlab-ci.yml@refs/heads/main',
    ci_config_sha: '1f2e3d4c5b6a79880716253443526170a9b8c7d6',
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given.replace(/^bearer /i, 'bearer ')), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
