/** The key that a tenant's log is signed with: made from a secret of its keyring, and never told. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Context } from '../context.ts';
import type { NoteKey } from './proof/note.ts';

export type LogKey = NoteKey & { privateKey: KeyObject };

/** The name under which a tenant's keyring keeps it; made with the tenant. */
export const LOG_SECRET = 'audit-signing-key';
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

export async function openLogKey(ctx: Pick<Context, 'keys' | 'publicUrl' | 'tenant'>): Promise<LogKey> {
  const seed = Buffer.from(await ctx.keys.secret(LOG_SECRET), 'base64url');
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const name = `${new URL(ctx.publicUrl).host}/audit/${ctx.tenant.route}`;
  return { name, privateKey, publicKey: createPublicKey(privateKey) };
}
