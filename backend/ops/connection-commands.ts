/** Commands for farms and secrets. What is secret comes on standard input: never in an argument, which others may see. */

import type { Context } from '../context.ts';
import { AcceptedForgetting } from '../contract/connections.ts';
import { NewSecret, SecretName } from '../contract/secrets.ts';
import { connectAsAdmin } from '../integrations/connect.ts';
import { disconnect } from '../integrations/disconnect.ts';
import { listConnections } from '../integrations/list-connections.ts';
import { rotateCredential } from '../integrations/rotate-credential.ts';
import { setSecret } from '../tenants/set-secret.ts';
import { type Options, required } from './options.ts';
import { UsageError } from './usage-error.ts';

const MAX_INPUT = 64 * 1024;

type Command = (ctx: Context, options: Options, input: AsyncIterable<Uint8Array | string>) => Promise<string>;

/** Each in the tenant of the person that `--email` names. @throws UsageError, DevicelaneError */
export const CONNECTION_COMMANDS: Record<string, Command> = {
  async 'connection list'(ctx) {
    const { connections } = await listConnections({ ctx });
    return connections
      .map(({ connectionId, kind, name, disconnectedAt }) =>
        [connectionId, kind, disconnectedAt ? 'disconnected' : 'connected', name].join(' '),
      )
      .join('\n');
  },

  async 'connection add'(ctx, options, input) {
    const accept = options['accept-forgetting'];
    const accepted =
      accept === undefined ? undefined : AcceptedForgetting.safeParse(parse(accept, '--accept-forgetting'));
    if (accepted && !accepted.success) {
      throw new UsageError('Give --accept-forgetting as {"uploads":{"how":"…"},"results":{"how":"…"}}.');
    }
    const given = await read(input);
    const { connectionId } = await connectAsAdmin({
      ctx,
      input: {
        kind: required(options, 'kind'),
        name: required(options, 'name'),
        settings: object(options.settings ?? '{}', '--settings'),
        // A webhook has none.
        credential: given.trim() === '' ? undefined : object(given, 'Standard input'),
        acceptForgetting: accepted?.data,
      },
    });
    return `Connected: ${connectionId}. Runs name it as \`farm\`.`;
  },

  async 'connection rotate'(ctx, options, input) {
    const connectionId = required(options, 'connection');
    await rotateCredential({ ctx, input: { connectionId, credential: object(await read(input), 'Standard input') } });
    return 'The next call is made with the new credential.';
  },

  async 'connection remove'(ctx, options) {
    await disconnect({ ctx, input: { connectionId: required(options, 'connection') } });
    return 'Disconnected. Its runs are cancelled; the credential goes once the farm has forgotten what it has.';
  },

  async 'secret set'(ctx, options, input) {
    const name = SecretName.safeParse(required(options, 'name'));
    if (!name.success) throw new UsageError('A secret’s name has letters, digits and _, as a variable has.');
    const secret = NewSecret.safeParse({ value: (await read(input)).replace(/\r?\n$/, '') });
    if (!secret.success) throw new UsageError('A secret has 6 to 4096 characters, on standard input.');
    const projectId = required(options, 'project');
    await setSecret({ ctx, input: { projectId, name: name.data, secret: secret.data } });
    return `Jobs that start from now on are given it where env says KEY=secret:${name.data}.`;
  },
};

async function read(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  let text = '';
  for await (const piece of input) {
    text += String(piece);
    if (text.length > MAX_INPUT) throw new UsageError('Standard input has more than 64 KiB.');
  }
  return text;
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${what} is not JSON.`);
  }
}

function object(text: string, what: string): Record<string, unknown> {
  const value = parse(text, what);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new UsageError(`${what} is not a JSON object.`);
  }
  return value as Record<string, unknown>;
}
