/** A connection's name and settings, and its credential, sealed with a key of the connection's own. */
import type { Context } from '../context.ts';
import type { FarmCredential } from '../farms/port.ts';

export type ConnectionSettings = Readonly<Record<string, unknown>>;
type Described = { name: string; settings: ConnectionSettings };

const CONTEXT = 'connections.sealed_settings';

export function sealConnectionSettings(ctx: Context, connectionId: string, described: Described): Promise<Buffer> {
  return ctx.keys.seal(connectionId, CONTEXT, JSON.stringify(described));
}

export async function openConnectionSettings(
  ctx: Context,
  connectionId: string,
  sealed: Uint8Array,
): Promise<Described> {
  return JSON.parse((await ctx.keys.open(connectionId, CONTEXT, sealed)).toString('utf8')) as Described;
}

const CREDENTIAL_CONTEXT = 'connections.sealed_credential';

export function sealCredential(ctx: Context, connectionId: string, credential: FarmCredential): Promise<Buffer> {
  return ctx.keys.seal(connectionId, CREDENTIAL_CONTEXT, JSON.stringify(credential));
}

/** Only `with-secret.ts` asks. */
export async function openCredential(ctx: Context, connectionId: string, sealed: Uint8Array): Promise<FarmCredential> {
  return JSON.parse((await ctx.keys.open(connectionId, CREDENTIAL_CONTEXT, sealed)).toString('utf8')) as FarmCredential;
}
