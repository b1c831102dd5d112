/** `trust check`: explains to an admin why claims are trusted or not. It is given claims, never a token. */
import { readFile } from 'node:fs/promises';
import type { SystemContext } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { type Explained, explainPolicy, explainTrust } from '../tokens/explain-trust.ts';
import { UsageError } from './usage-error.ts';

/** Three parts of base64url with dots between, as every JWT begins. */
const TOKEN = /eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/;

/** @throws DevicelaneError `untrusted` with the explanation, UsageError */
export async function checkPolicyFile(options: { claims: string; policy: string }): Promise<string> {
  const input = { claims: await readClaimsFile(options.claims), policy: await readJson(options.policy, '--policy') };
  return told(explainPolicy({ input }));
}

/** @throws DevicelaneError `untrusted` with the explanation, `not_found`, UsageError */
export async function checkProject(
  system: SystemContext,
  options: { claims: string; project: string },
): Promise<string> {
  const claims = await readClaimsFile(options.claims);
  const route = routeOfId('project', options.project);
  const ctx = route && (await system.openTenant({ route }, { kind: 'operator' }));
  if (!ctx) throw notFound();
  return told(await explainTrust({ ctx, input: { projectId: options.project, claims } }));
}

function told({ isTrusted, lines }: Explained): string {
  const text = lines.join('\n');
  if (!isTrusted) throw new DevicelaneError('untrusted', text);
  return text;
}

async function readClaimsFile(path: string): Promise<Record<string, unknown>> {
  const claims = await readJson(path, '--claims');
  if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) {
    return claims as Record<string, unknown>;
  }
  throw new UsageError('--claims must name a file with one JSON object: the claims of a token.');
}

/** What the file holds is never repeated: it may be what it must not be. */
async function readJson(path: string, option: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`${option}: the file ${path} cannot be read.`);
  });
  if (TOKEN.test(text)) {
    throw new UsageError(`${option}: the file holds a token. Give its claims only, and treat the token as leaked.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${option}: the file ${path} is not JSON.`);
  }
}
