/**
 * A CI job as the server meets it: it proves who it is, uploads and starts a run. Written apart from the action's client,
 * so that the two cannot share a mistake, and with every part of a request open to a test that sends a wrong one.
 */
import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { Artifact, OpenedUpload } from '../contract/artifacts.ts';
import { ExchangedToken, GRANT_TYPE, SUBJECT_TOKEN_TYPES } from '../contract/oauth.ts';
import { RunView, StartedRun, type StartRunInput } from '../contract/runs.ts';
import type { ArtifactKind } from '../contract/terms.ts';
import { apkFile } from './apks/apk-file.ts';
import type { GithubStandIn } from './github.ts';
import type { Claims, OidcIssuer } from './oidc.ts';
import { until } from './until.ts';

/** The server, the issuer of identity tokens, and the pull request that the job belongs to. */
export type JobWorld = {
  backend: { url: string };
  /** The server's clock, where a test turns it. */
  now?: () => Date;
  oidc: Pick<OidcIssuer, 'mint'>;
  github: Pick<GithubStandIn, 'pullRequest'>;
};

export type JobKey = { privateKey: KeyObject; jwk: JsonWebKey };

/** What a proof says (RFC 9449); what is given replaces the usual, and `undefined` leaves it out. */
export type ProofChanges = { header?: Claims; claims?: Claims; key?: JobKey };

export type JobRequest = {
  /** JSON, unless it is bytes, a string or a form. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Another token than the job's capability; null: no credential at all. */
  token?: string | null;
  /** How the token is presented. */
  scheme?: 'DPoP' | 'Bearer';
  /** Changes to the proof; null: none is sent. */
  proof?: ProofChanges | null;
};

export type JobAnswer = {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed JSON; null for anything else. */
  json: unknown;
};

type Options = {
  claims?: Claims;
  key?: JobKey;
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A new P-256 key pair. */
export function newJobKey(): JobKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) };
}

export class CiJob {
  readonly #world: JobWorld;
  readonly key: JobKey;
  readonly claims: Claims;
  readonly now: () => Date;
  /** The capability; empty until the exchange. */
  token = '';

  constructor(world: JobWorld, options: Options = {}) {
    this.#world = world;
    this.key = options.key ?? newJobKey();
    this.claims = options.claims ?? {};
    this.now = world.now ?? (() => new Date());
  }

  /** A job that has its capability. @throws Error when the server refuses the exchange */
  static async start(world: JobWorld, options: Options = {}): Promise<CiJob> {
    const job = new CiJob(world, options);
    const answer = await job.exchange();
    job.token = ExchangedToken.parse(expectStatus(answer, 200)).access_token;
    return job;
  }

  get url(): string {
    return this.#world.backend.url;
  }

  /** An identity token for this server, as the CI's issuer gives it. */
  idToken(claims: Claims = {}): Promise<string> {
    const seconds = Math.floor(this.now().getTime() / 1000);
    const times = { iat: seconds, nbf: seconds - 600, exp: seconds + 300 };
    return this.#world.oidc.mint({ aud: this.url, ...times, ...this.claims, ...claims });
  }

  /** Asks for a capability, without keeping it. */
  async exchange(
    changes: {
      idToken?: string;
      form?: Record<string, string>;
      proof?: ProofChanges | null;
      headers?: Record<string, string>;
    } = {},
  ): Promise<JobAnswer> {
    const body = new URLSearchParams({
      grant_type: GRANT_TYPE,
      subject_token: changes.idToken ?? (await this.idToken()),
      subject_token_type: SUBJECT_TOKEN_TYPES[0],
      ...changes.form,
    });
    return this.request('POST', '/oauth/token', {
      body,
      token: null,
      headers: {
        ...changes.headers,
        ...(changes.proof === null ? {} : { dpop: this.prove('POST', '/oauth/token', null, changes.proof) }),
      },
    });
  }

  /** A proof of possession for one request. */
  prove(method: string, path: string, token: string | null, changes: ProofChanges = {}): string {
    const key = changes.key ?? this.key;
    const header = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...changes.header });
    const claims = encode({
      jti: randomUUID(),
      htm: method,
      htu: this.url + path.split('?')[0],
      iat: Math.floor(this.now().getTime() / 1000),
      ...(token === null ? {} : { ath: createHash('sha256').update(token).digest('base64url') }),
      ...changes.claims,
    });
    const signed = `${header}.${claims}`;
    const signature = sign('sha256', Buffer.from(signed), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** One request with the job's credential, or with a wrong one. */
  async request(method: string, path: string, options: JobRequest = {}): Promise<JobAnswer> {
    const token = options.token === undefined ? this.token : options.token;
    const scheme = options.scheme ?? 'DPoP';
    const headers: Record<string, string> = { ...contentType(options.body) };
    if (token !== null) {
      headers.authorization = `${scheme} ${token}`;
      if (scheme === 'DPoP' && options.proof !== null) headers.dpop = this.prove(method, path, token, options.proof);
    }
    const response = await fetch(this.url + path, {
      method,
      headers: { ...headers, ...options.headers },
      redirect: 'manual',
      ...(options.body === undefined ? {} : { body: encodeBody(options.body) }),
    });
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : null,
    };
  }

  /** Uploads a whole file. Returns the artifact's id. @throws Error when the server refuses it */
  async upload(bytes: Uint8Array = apkFile(), name = 'app.apk', kind?: ArtifactKind): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const opened = OpenedUpload.parse(
      expectStatus(
        await this.request('POST', '/v1/artifacts', {
          body: { name, size: bytes.length, sha256, ...(kind && { kind }) },
        }),
        201,
      ),
    );
    if (opened.state === 'complete') return opened.artifactId;
    for (let number = 1, start = 0; start < bytes.length; number += 1, start += opened.partSize) {
      expectStatus(await this.putPart(opened.artifactId, number, bytes.subarray(start, start + opened.partSize)), 200);
    }
    const completed = await this.request('POST', `/v1/artifacts/${opened.artifactId}/complete`);
    return Artifact.parse(expectStatus(completed, 200)).artifactId;
  }

  /** Sends one part with its digest (RFC 9530). */
  putPart(artifactId: string, number: number, part: Uint8Array, options: JobRequest = {}): Promise<JobAnswer> {
    const digest = createHash('sha256').update(part).digest('base64');
    return this.request('PUT', `/v1/artifacts/${artifactId}/parts/${number}`, {
      body: part,
      ...options,
      headers: { 'content-digest': `sha-256=:${digest}:`, ...options.headers },
    });
  }

  /** The body of a start for the pull request's head; `app` is uploaded when none is named. */
  async runRequest(changes: Partial<StartRunInput> = {}): Promise<StartRunInput> {
    const { headSha, headRef, number, baseSha } = this.#world.github.pullRequest;
    return {
      artifacts: changes.artifacts ?? [{ artifactId: await this.upload(), role: 'app' }],
      commit: { sha: headSha, branch: headRef, title: 'Sign in with a passkey' },
      changeRequest: { number, baseBranch: 'main', baseSha },
      ...changes,
    };
  }

  /** Starts a run. @throws Error when the server refuses it */
  async startRun(changes: Partial<StartRunInput> = {}): Promise<StartedRun> {
    const answer = await this.request('POST', '/v1/runs', { body: await this.runRequest(changes) });
    return StartedRun.parse(expectStatus(answer, 201));
  }

  async readRun(runId: string): Promise<RunView> {
    return RunView.parse(expectStatus(await this.request('GET', `/v1/runs/${runId}`), 200));
  }

  async cancelRun(runId: string): Promise<RunView> {
    return RunView.parse(expectStatus(await this.request('POST', `/v1/runs/${runId}/cancel`), 200));
  }

  /** Reads the run until the condition holds. @throws Error after so many milliseconds, saying how it stands */
  async until(runId: string, holds: (run: RunView) => boolean, timeoutMs?: number): Promise<RunView> {
    let run: RunView | null = null;
    const find = async () => {
      run = await this.readRun(runId);
      return holds(run) ? run : null;
    };
    return until(() => `another state of ${JSON.stringify(run)}`, find, timeoutMs);
  }

  finished(runId: string, timeoutMs?: number): Promise<RunView> {
    return this.until(runId, (run) => run.state === 'finished', timeoutMs);
  }
}

function expectStatus(answer: JobAnswer, status: number): unknown {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer.json;
}

function contentType(body: unknown): Record<string, string> {
  if (body === undefined || body instanceof URLSearchParams) return {};
  return { 'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' };
}

function encodeBody(body: unknown): URLSearchParams | Uint8Array<ArrayBuffer> | string {
  if (body instanceof URLSearchParams || typeof body === 'string') return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}
