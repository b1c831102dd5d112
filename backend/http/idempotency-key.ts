/** The `Idempotency-Key` header: the same write, asked again. */
import type { Context as HonoContext } from 'hono';
import { IdempotencyKey } from '../contract/route.ts';
import { DevicelaneError } from '../errors.ts';

/** Null where there is none. @throws DevicelaneError `invalid_request` */
export function readIdempotencyKey(c: HonoContext): string | null {
  const given = c.req.header('idempotency-key');
  if (given === undefined) return null;
  if (IdempotencyKey.safeParse(given).success) return given;
  throw new DevicelaneError('invalid_request', 'Idempotency-Key is 16 to 255 visible characters, chosen at random.', {
    field: 'Idempotency-Key',
  });
}
