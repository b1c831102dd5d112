/**
 * A stand-in for GitHub: `emulate`'s stateful API behind a proxy that refuses unknown tokens (where emulate takes them for
 * its first user), revokes tokens, keeps a log of requests, and fails on demand.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import { type Attestations, createAttestations } from './github-attestations.ts';
import { createForks, type Forks } from './github-forks.ts';
import { openPullRequest } from './github-pull-request.ts';
import { createSignIns, type SignIns } from './github-sign-in.ts';

export type GithubCheckRun = {
  id: number;
  name: string;
  head_sha: string;
  status: string;
  conclusion: string | null;
  external_id: string;
  details_url: string;
  started_at: string;
  completed_at: string | null;
  output: { title: string | null; summary: string | null };
};

export type GithubRequest = { method: string; path: string; status: number; body: unknown };

/**
 * What goes wrong: `cut` does the work and then drops the connection, so that the caller cannot know; `answer` does not
 * do the work, and neither does `body`, which answers 200 and this text as JSON.
 */
export type GithubFault =
  | { kind: 'cut' }
  | { kind: 'body'; text: string }
  | { kind: 'answer'; status: number; headers?: Record<string, string>; message?: string };

export type GithubStandIn = {
  /** What GITHUB_API_URL is set to. */
  url: string;
  appId: string;
  privateKey: string;
  installationId: string;
  repository: { id: string; ownerId: string; fullName: string };
  /** Another repository of the same owner, on which the App is installed too. */
  otherRepository: { id: string; ownerId: string; fullName: string };
  pullRequest: { number: number; headSha: string; baseSha: string; headRef: string };
  /** Who may write to the repository, and who may only read it. */
  people: { writer: { id: number; login: string }; reader: { id: number; login: string } };
  /** All check runs held for a commit, oldest first. */
  checks(sha: string): Promise<GithubCheckRun[]>;
  /** Stores attestations of a file of the repository. */
  attest: (sha256: string, bundles: readonly unknown[]) => void;
  /** Pull requests from forks, and what their workflows left. */
  forks: Forks;
  /** People who sign in through the App. */
  signIns: SignIns;
  /** What was asked since the start, in the order of the answers. */
  requests: GithubRequest[];
  /** Tokens given out and not yet revoked. */
  liveTokens(): number;
  /** The next request that matches fails. */
  failNext(method: string, path: RegExp, fault: GithubFault): void;
  stop(): Promise<void>;
};

const APP_ID = 4680;
const INSTALLATION_ID = 468001;
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const SETUP_TOKEN = 'seed-of-the-stand-in';

/** `callback`: the only address that GitHub sends people back to. */
type Options = { port?: number; webhook?: { url: string; secret: string }; callback?: () => string };

export async function startGithub(options: Options = {}): Promise<GithubStandIn> {
  const emulator = await createEmulator({ service: 'github', port: 0, seed: seed(options.webhook) });
  const privateKey = emulator.generatedSecrets.find((secret) => secret.kind === 'github.app_private_key')?.value;
  if (!privateKey) throw new Error('the emulator generated no private key');

  const attestations: Attestations = createAttestations();
  const forks = createForks(() => Number(repository.id));
  const signIns = createSignIns(
    () => options.callback?.() ?? '',
    () => [repository, otherRepository].map((each) => ({ repository: each, installationId: String(INSTALLATION_ID) })),
  );
  /** Each with its permissions. */
  const tokens = new Map<string, Record<string, string>>();
  const requests: GithubRequest[] = [];
  const faults: { method: string; path: RegExp; fault: GithubFault }[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const body = await readBody(request);
    const fault = takeFault(faults, method, path);
    const answer =
      fault && fault.kind !== 'cut' ? faultyAnswer(fault) : await work(method, path, request.headers, body);
    requests.push({ method, path, status: answer.status, body: body === '' ? null : JSON.parse(body) });
    if (fault?.kind === 'cut') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.status === 204 ? undefined : answer.text);
  }

  async function work(
    method: string,
    path: string,
    headers: IncomingMessage['headers'],
    body: string,
  ): Promise<{ status: number; headers: Record<string, string>; text: string | Buffer }> {
    const signedIn = signIns.answer(method, path, headers.authorization, body);
    if (signedIn) return signedIn;
    const stored = forks.store(path, headers.authorization);
    if (stored) return stored;
    const token = (headers.authorization ?? '').replace(/^(bearer|token)\s+/i, '');
    // The emulator itself checks the signature of an App's JWT.
    const isAppJwt = token.startsWith('eyJ') && path.startsWith('/app');
    const permissions = tokens.get(token);
    if (!isAppJwt && !permissions) return refusal({ status: 401, message: 'Bad credentials' });
    if (method === 'DELETE' && path === '/installation/token') {
      tokens.delete(token);
      return { status: 204, headers: {}, text: '' };
    }
    const listed = attestations.answer(method, path, permissions ?? {});
    if (listed) return { ...listed, headers: JSON_HEADERS };
    const left = forks.answer(method, path, permissions ?? {}, selfUrl());
    if (left) return left;
    const answer = await fetch(`${emulator.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.text();
    if (method === 'POST' && path.endsWith('/access_tokens') && answer.ok) {
      const minted = JSON.parse(text) as { token: string; permissions: Record<string, string> };
      tokens.set(minted.token, minted.permissions);
    }
    return { status: answer.status, headers: JSON_HEADERS, text };
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  const selfUrl = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));

  const seeded = (path: string, init: RequestInit = {}) =>
    fetch(`${emulator.url}${path}`, { ...init, headers: { authorization: `Bearer ${SETUP_TOKEN}` } });
  const repository = await readRepository(seeded, 'acme/app');
  const otherRepository = await readRepository(seeded, 'acme/other');
  const readPerson = async (login: string) => {
    const { id } = (await (await seeded(`/users/${login}`)).json()) as { id: number };
    return { id, login };
  };

  return {
    url: selfUrl(),
    forks,
    appId: String(APP_ID),
    privateKey,
    installationId: String(INSTALLATION_ID),
    repository,
    otherRepository,
    signIns,
    people: { writer: await readPerson('dev'), reader: await readPerson('guest') },
    pullRequest: await openPullRequest(seeded, repository.fullName),
    async checks(sha) {
      const answer = await seeded(`/repos/${repository.fullName}/commits/${sha}/check-runs?filter=all&per_page=100`);
      const { check_runs } = (await answer.json()) as { check_runs: GithubCheckRun[] };
      return check_runs.sort((a, b) => a.id - b.id);
    },
    attest: (sha256, bundles) => attestations.store(repository.fullName, sha256, bundles),
    requests,
    liveTokens: () => tokens.size,
    failNext: (method, path, fault) => faults.push({ method, path, fault }),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await emulator.close();
    },
  };
}

function seed(webhook: Options['webhook']) {
  return {
    tokens: { [SETUP_TOKEN]: { login: 'dev', scopes: ['repo', 'user', 'admin:org'] } },
    github: {
      users: [
        { login: 'dev', name: 'A developer' },
        { login: 'guest', name: 'A reader' },
      ],
      orgs: [{ login: 'acme', members: [{ login: 'dev', role: 'admin' }] }],
      repos: [
        { owner: 'acme', name: 'app', private: true, auto_init: true },
        { owner: 'acme', name: 'other', private: true, auto_init: true },
      ],
      apps: [
        {
          app_id: APP_ID,
          slug: 'devicelane',
          name: 'Devicelane',
          permissions: {
            checks: 'write',
            pull_requests: 'read',
            actions: 'read',
            attestations: 'read',
            metadata: 'read',
          },
          events: ['check_run', 'check_suite', 'pull_request'],
          ...(webhook ? { webhook_url: webhook.url, webhook_secret: webhook.secret } : {}),
          installations: [{ installation_id: INSTALLATION_ID, account: 'acme', repository_selection: 'all' }],
        },
      ],
    },
  };
}

async function readRepository(
  seeded: (path: string) => Promise<Response>,
  fullName: string,
): Promise<GithubStandIn['repository']> {
  const { id, owner } = (await (await seeded(`/repos/${fullName}`)).json()) as { id: number; owner: { id: number } };
  return { id: String(id), ownerId: String(owner.id), fullName };
}

function faultyAnswer(fault: Exclude<GithubFault, { kind: 'cut' }>) {
  return fault.kind === 'body' ? { status: 200, headers: JSON_HEADERS, text: fault.text } : refusal(fault);
}

function refusal(fault: { status: number; headers?: Record<string, string>; message?: string }) {
  return {
    status: fault.status,
    headers: { ...JSON_HEADERS, ...fault.headers },
    text: JSON.stringify({ message: fault.message ?? 'fault', documentation_url: 'https://docs.github.com/rest' }),
  };
}

function takeFault(
  faults: { method: string; path: RegExp; fault: GithubFault }[],
  method: string,
  path: string,
): GithubFault | null {
  const index = faults.findIndex((each) => each.method === method && each.path.test(path));
  return index < 0 ? null : (faults.splice(index, 1)[0]?.fault ?? null);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
