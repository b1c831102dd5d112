/** Sends a run's changes as server-sent events, until it is finished, the client leaves, or the token ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context as HonoContext } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Context, SystemContext } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import { readChanges } from '../runs/follow.ts';
import { isStillValid } from '../tokens/authenticate.ts';

const POLL_MS = 250;
const RECHECK_MS = 30_000;
const HEARTBEAT_MS = 15_000;

/** @throws DevicelaneError before the stream begins: `not_found`, `invalid_request` */
export async function followRun(c: HonoContext, system: SystemContext, ctx: Context, runId: string): Promise<Response> {
  const lastEventId = c.req.header('last-event-id') ?? '0';
  if (!/^\d{1,9}$/.test(lastEventId)) {
    throw new DevicelaneError('invalid_request', 'Last-Event-ID is the number of an event.', {
      field: 'Last-Event-ID',
    });
  }
  let after = Number(lastEventId);
  let next = await readChanges({ ctx, input: { runId, after } });
  const send = async (stream: SSEStreamingApi): Promise<void> => {
    let checkedAt = performance.now();
    let wroteAt = performance.now();
    while (!stream.aborted) {
      for (const { number, change } of next.changes) {
        await stream.writeSSE({ id: String(number), event: 'change', data: JSON.stringify(change) });
        after = number;
        wroteAt = performance.now();
      }
      if (next.isEnd) return;
      await sleep(POLL_MS);
      if (performance.now() - checkedAt > RECHECK_MS) {
        if (!(await isStillValid(system, ctx))) return;
        checkedAt = performance.now();
      }
      if (performance.now() - wroteAt > HEARTBEAT_MS) {
        await stream.write(': still here\n\n');
        wroteAt = performance.now();
      }
      next = await readChanges({ ctx, input: { runId, after } });
    }
  };
  // What breaks a stream ends it; the client comes back with the last number that it saw.
  return streamSSE(c, send, async (err) => ctx.log.warn({ err }, 'a stream of events broke off'));
}
