/** Reads small bodies: of the announced type and within a bound, whatever the headers say. */
import type { Context as HonoContext } from 'hono';
import * as z from 'zod/mini';
import type { Body } from '../contract/routes.ts';
import { DevicelaneError } from '../errors.ts';
import type { HttpEnv } from './call.ts';

const MAX_BYTES = 256 * 1024;

/** @throws DevicelaneError `unsupported_media_type`, `too_large`, `invalid_request` */
export async function readBody(c: HonoContext<HttpEnv>, body: Body): Promise<unknown> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== body.contentType) {
    throw new DevicelaneError('unsupported_media_type', `Send the body as ${body.contentType}.`, {
      field: 'Content-Type',
    });
  }
  const text = (await readBytes(c, MAX_BYTES)).toString('utf8');
  return parse(body.schema, type === 'application/json' ? parseJson(text) : parseForm(text));
}

/** @throws DevicelaneError `too_large` */
export async function readBytes(c: HonoContext<HttpEnv>, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): DevicelaneError =>
    new DevicelaneError('too_large', `The body is larger than ${maxBytes} bytes.`, { field: 'Content-Length' });
  if (Number(c.req.header('content-length') ?? '0') > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Left whole when it is too large, so that the refusal can still be heard.
  for await (const chunk of c.env.incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DevicelaneError('invalid_request', 'The body is not JSON.', { cause });
  }
}

function parseForm(text: string): unknown {
  const form = new URLSearchParams(text);
  for (const name of form.keys()) {
    if (form.getAll(name).length > 1)
      throw new DevicelaneError('invalid_request', `Give ${name} once.`, { field: name });
  }
  return Object.fromEntries(form);
}

/**
 * @param name what the value is, where it is a parameter and not a body
 * @throws DevicelaneError `invalid_request` naming the first field that is wrong
 */
export function parse<S extends z.core.$ZodType>(schema: S, value: unknown, name?: string): z.output<S> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const isUnknown = issue?.code === 'unrecognized_keys';
  const field = name ?? (isUnknown ? issue.keys.join(', ') : (issue?.path.join('.') ?? ''));
  const problem = isUnknown ? 'is not known here' : lowerFirst(issue?.message ?? 'is not valid');
  throw new DevicelaneError('invalid_request', `${field || 'The body'}: ${problem}.`, field ? { field } : {});
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
