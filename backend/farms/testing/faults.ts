/** What can go wrong between a backend and a farm, queued by a test for a call to come. */
import type { Socket } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';

export type Call = 'upload' | 'start' | 'find' | 'observe' | 'results' | 'evidence' | 'stop' | 'forget';

/**
 * `before` and `after`: whether the farm did the work. `cut` closes the connection without an answer, `silent` leaves the
 * caller waiting; `after` is the unknown outcome that costs money when it is answered by starting again.
 */
export type Fault =
  | { kind: 'status'; status: 302 | 400 | 401 | 404 | 422 | 500 | 503; when?: 'before' | 'after' }
  /** Without a number: no `Retry-After`. */
  | { kind: 'throttled'; retryAfterSeconds: number | null }
  | { kind: 'cut'; when: 'before' | 'after' }
  | { kind: 'silent'; when: 'before' | 'after' };

export type Faults = {
  /** The next calls of this kind meet these faults, one each. */
  queue(call: Call, ...faults: Fault[]): void;
  /** Faults that no call has met: a test that leaves some has not tested what it says. */
  left(): number;
  /** Those that no call has met are met by none. */
  clear(): void;
  meet(call: Call): MiddlewareHandler<{ Bindings: HttpBindings }>;
};

export function createFaults(): Faults {
  const queued = new Map<Call, Fault[]>();
  return {
    queue(call, ...faults) {
      queued.set(call, [...(queued.get(call) ?? []), ...faults]);
    },
    left: () => [...queued.values()].reduce((sum, faults) => sum + faults.length, 0),
    clear: () => queued.clear(),
    meet: (call) => async (c, next) => {
      const fault = queued.get(call)?.shift();
      if (fault === undefined) return next();
      if (fault.kind === 'throttled') {
        const { retryAfterSeconds: asked } = fault;
        return c.json({ error: 'slow down' }, 429, asked === null ? {} : { 'retry-after': String(asked) });
      }
      if (fault.when === 'after') await next();
      if (fault.kind === 'status') {
        c.res = undefined;
        c.res = c.json({ error: 'queued by a test' }, fault.status);
        return;
      }
      const { socket } = c.env.incoming;
      if (fault.kind === 'cut') socket.destroy();
      else await closed(socket);
      c.res = undefined;
      c.res = c.body(null, 500);
    },
  };
}

function closed(socket: Socket): Promise<void> {
  return socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()));
}
