/**
 * The server's side of the contract, small and working: it checks proofs and digests for real, keeps parts, and plays
 * scripted runs. It stands for what is outside of the step, so that the step can be tested without the backend.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newRoute } from '../../../backend/contract/ids.ts';
import { ExchangeForm, ISSUED_TOKEN_TYPE } from '../../../backend/contract/oauth.ts';
import type { TestResult } from '../../../backend/contract/results.ts';
import { StartRun } from '../../../backend/contract/runs.ts';
import { newToken } from '../../../backend/contract/token-forms.ts';
import { Cut, header, Refusal, readBody, refuse, streamEvents } from './answers.ts';
import { type Fault, takeFault } from './faults.ts';
import { checkProof, ProofRefused } from './proof-check.ts';
import { PASSING, type Script, ScriptedRun } from './scripted-run.ts';
import { Uploads } from './uploads.ts';

type Token = { kind: 'capability' | 'handle' | 'cancel' | 'api'; thumbprint: string | null; runId: string | null };

export class StandIn {
  url = '';
  script: Script = PASSING;
  results: TestResult[] = [];
  /** Null: the run has none. */
  junit: string | null = '<testsuites/>';
  /** False: no stream of events can be had. */
  streams = true;
  /** What each stream was asked to go on from. */
  readonly lastEventIds: (string | null)[] = [];
  /** Called with `METHOD path` of each request before it is looked at. */
  beforeAnswer: (asked: string) => void = () => {};
  readonly faults: Fault[] = [];
  /** `METHOD path` of everything that was asked. */
  readonly asked: string[] = [];
  readonly runs = new Map<string, ScriptedRun>();
  readonly tokens = new Map<string, Token>();
  readonly revoked: string[] = [];
  /** Subject tokens that were taken; each is good once. */
  readonly exchanged: string[] = [];
  /** The server's clock, in milliseconds. */
  now = () => Date.now();
  readonly #proofs = new Set<string>();
  /** What was given for an identity token, a key and an idempotency key. */
  readonly #answered = new Map<string, string>();
  readonly #route = newRoute();
  readonly uploads = new Uploads(this.#route);
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #issued = 0;

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** What the CI's issuer would sign: it says its audience, and no two are alike. */
  idToken(audience: string): string {
    return `id-token ${++this.#issued} for ${audience}`;
  }

  /** Lets every capability end, as if 15 minutes had passed. */
  expireCapabilities(): void {
    for (const [value, token] of this.tokens) if (token.kind === 'capability') this.tokens.delete(value);
  }

  get run(): ScriptedRun | undefined {
    return [...this.runs.values()].at(-1);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const method = request.method ?? '';
    this.asked.push(`${method} ${pathname}`);
    this.beforeAnswer(`${method} ${pathname}`);
    const fault = takeFault(this.faults, method, pathname);
    try {
      if (fault?.kind === 'silence') return;
      if (fault?.kind === 'cut') throw new Cut();
      const body = await readBody(request);
      if (fault?.kind === 'answer') {
        for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
        throw new Refusal(fault.status, fault.code ?? 'internal', 'A fault was asked for.', fault.field);
      }
      const answer = await this.#dispatch(method, pathname, searchParams, request, body);
      if (fault?.kind === 'lose answer') throw new Cut();
      if (answer instanceof ScriptedRun) {
        this.lastEventIds.push(header(request, 'last-event-id') ?? null);
        return await streamEvents(answer, request, response, fault);
      }
      response.writeHead(answer === null ? 204 : 200, { 'content-type': 'application/json' });
      response.end(answer === null ? '' : typeof answer === 'string' ? answer : JSON.stringify(answer));
    } catch (error) {
      if (error instanceof Cut) request.socket.destroy();
      else refuse(response, error);
    }
  }

  async #dispatch(
    method: string,
    path: string,
    query: URLSearchParams,
    request: IncomingMessage,
    body: Buffer,
  ): Promise<unknown> {
    const [, version, room, id = '', verb = '', number = ''] = path.split('/');
    if (path === '/oidc') return { value: this.idToken(query.get('audience') ?? '') };
    if (path === '/oauth/token') return this.#exchange(request, body);
    if (path === '/oauth/revoke') {
      const revoked = new URLSearchParams(body.toString()).get('token') ?? '';
      this.revoked.push(revoked);
      this.tokens.delete(revoked);
      return {};
    }
    if (version !== 'v1') throw new Refusal(404, 'not_found', 'There is no such page.');
    const token = await this.#authenticate(request, path);
    if (room === 'artifacts') {
      if (token.kind !== 'capability' && token.kind !== 'api')
        throw new Refusal(403, 'forbidden', 'Not with this token.');
      const { headers } = request;
      return this.uploads.answer({ verb: `${method} ${verb}`, id, number: Number(number), headers, body });
    }
    if (method === 'POST' && id === '') return this.#startRun(token, body);
    return this.#runs(`${method} ${verb}`, id, token);
  }

  async #exchange(request: IncomingMessage, body: Buffer): Promise<unknown> {
    const thumbprint = await checkProof(
      header(request, 'dpop'),
      { method: 'POST', url: `${this.url}/oauth/token`, token: null, now: this.now() },
      this.#proofs,
    );
    const { subject_token: subject } = ExchangeForm.parse(Object.fromEntries(new URLSearchParams(body.toString())));
    if (!subject.endsWith(` for ${this.url}`)) throw new Refusal(403, 'untrusted', 'The audience is another.');
    const retry = JSON.stringify([subject, thumbprint, header(request, 'idempotency-key')]);
    const known = this.#answered.get(retry);
    if (!known && this.exchanged.includes(subject)) {
      throw new Refusal(401, 'replayed', 'The token was used before.');
    }
    if (!known) this.exchanged.push(subject);
    const value = known ?? newToken('ci', this.#route);
    this.#answered.set(retry, value);
    this.tokens.set(value, { kind: 'capability', thumbprint, runId: null });
    return {
      access_token: value,
      issued_token_type: ISSUED_TOKEN_TYPE,
      token_type: 'DPoP',
      expires_in: 900,
      scope: 'artifact:create run:create',
    };
  }

  async #authenticate(request: IncomingMessage, path: string): Promise<Token> {
    const [scheme, value = ''] = (header(request, 'authorization') ?? '').split(' ');
    const token = this.tokens.get(value);
    if (!token) throw new Refusal(401, 'invalid_token', 'The token has ended.');
    if (token.thumbprint === null) {
      if (scheme !== 'Bearer') throw new Refusal(401, 'invalid_token', 'This token is no DPoP token.');
      return token;
    }
    if (scheme !== 'DPoP') throw new Refusal(401, 'invalid_token', 'This token is bound to a key.');
    const expected = { method: request.method ?? '', url: this.url + path, token: value, now: this.now() };
    if ((await checkProof(header(request, 'dpop'), expected, this.#proofs)) !== token.thumbprint) {
      throw new ProofRefused('it is of another key');
    }
    return token;
  }

  #startRun(token: Token, body: Buffer): unknown {
    if (token.kind !== 'capability' && token.kind !== 'api')
      throw new Refusal(403, 'forbidden', 'Not with this token.');
    const parsed = StartRun.safeParse(JSON.parse(body.toString()));
    if (!parsed.success)
      throw new Refusal(400, 'invalid_request', 'It has not the shape.', String(parsed.error.issues[0]?.path[0]));
    // The key of a run is its CI job's, so the same job asking again gets the same run.
    const run = this.run ?? new ScriptedRun(this.#route, this.url, parsed.data, this.script);
    this.runs.set(run.id, run);
    const handle = newToken('run', this.#route);
    const cancelHandle = newToken('run', this.#route);
    this.tokens.set(handle, { kind: 'handle', thumbprint: token.thumbprint, runId: run.id });
    this.tokens.set(cancelHandle, { kind: 'cancel', thumbprint: null, runId: run.id });
    return { runId: run.id, reportUrl: `${this.url}/runs/${run.id}`, handle, cancelHandle };
  }

  #runs(verb: string, id: string, token: Token): unknown {
    const run = this.runs.get(id);
    if (!run || token.runId !== id) throw new Refusal(404, 'not_found', 'There is no such run.');
    if (verb === 'POST cancel') {
      run.cancel(token.kind === 'cancel' ? 'handle' : 'key');
      return run.view();
    }
    if (token.kind === 'cancel') throw new Refusal(403, 'forbidden', 'This token only cancels.');
    if (verb === 'GET events' && this.streams) return run;
    if (verb === 'GET results') return { results: this.results, evidence: [], cursor: null };
    if (verb === 'GET junit.xml') {
      if (this.junit === null) throw new Refusal(404, 'not_found', 'There is none.');
      return this.junit;
    }
    run.step();
    return run.view();
  }
}
