/** Asks a running server, from outside, to do what it must refuse. */
import { NoAnswer } from './attack.ts';
import { groupsOf } from './attacks.ts';
import { Forger } from './forge.ts';
import { type IssuerKey, readIssuerKey } from './issuer-key.ts';
import { Target } from './target.ts';

export type Row = {
  group: string;
  row: string;
  asks: string;
  must: string;
  result: 'refused' | 'LET THROUGH' | 'no answer';
  /** What came, where it was no refusal. */
  came: string | null;
};
export type Report = { url: string; requests: number; limited: number; rows: Row[] };

export type ProbeOptions = {
  /** The server, without a path. */
  url: URL;
  /** That the server trusts; forged identities say that they are from there. null: GitHub, which is not asked. */
  issuer: string | null;
  /** Of small scope, sent as Bearer. */
  token: string | null;
  /** Whether what takes minutes is asked too. */
  slow: boolean;
};

const GITHUB = 'https://token.actions.githubusercontent.com';

/** There is no such server, or it is not one of ours. */
export class Unreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = this.constructor.name;
  }
}

/** @throws Unreachable */
export async function probe({ url, issuer, token, slow }: ProbeOptions): Promise<Report> {
  const publicUrl = await readPublicUrl(url);
  const issuerKey = issuer === null ? null : await askIssuer(issuer);
  const target = new Target(url, publicUrl, new Forger(publicUrl, issuer ?? GITHUB, issuerKey));
  const rows: Row[] = [];
  try {
    for (const { name: group, attacks } of groupsOf({ token, slow })) {
      for (const { row, asks, must, attempt } of attacks) {
        rows.push({ group, row, asks, must, ...(await judge(() => attempt(target))) });
      }
    }
  } finally {
    target.close();
  }
  return { url: url.origin, requests: target.sent, limited: target.limited, rows };
}

async function askIssuer(issuer: string): Promise<IssuerKey> {
  return readIssuerKey(issuer).catch((cause: unknown) => {
    throw new Unreachable(`${issuer} does not give its keys.`, { cause });
  });
}

async function judge(attempt: () => Promise<string | null>): Promise<Pick<Row, 'result' | 'came'>> {
  try {
    const came = await attempt();
    return { result: came === null ? 'refused' : 'LET THROUGH', came };
  } catch (error) {
    if (error instanceof NoAnswer) return { result: 'no answer', came: error.message };
    throw error;
  }
}

/** By what URL the server knows itself, and that it is alive. @throws Unreachable */
async function readPublicUrl(url: URL): Promise<string> {
  const target = new Target(url, url.origin, new Forger(url.origin, url.origin));
  try {
    const health = await target.ask({ method: 'GET', path: '/healthz' });
    if (health.status !== 200 || !/"status":\s*"ok"/.test(health.text)) {
      throw new Unreachable(`${url.origin} answers ${health.status} to /healthz: no Devicelane server is there.`);
    }
    const { text } = await target.ask({ method: 'GET', path: '/openapi.json' });
    return serverOf(text) ?? url.origin;
  } catch (error) {
    if (error instanceof NoAnswer) throw new Unreachable(`${url.origin}: ${error.message}`);
    throw error;
  } finally {
    target.close();
  }
}

function serverOf(document: string): string | null {
  try {
    const { servers } = JSON.parse(document) as { servers: [{ url: string }] };
    return URL.canParse(servers[0].url) ? servers[0].url : null;
  } catch {
    return null;
  }
}
