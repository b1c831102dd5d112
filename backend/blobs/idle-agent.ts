/** Connections that end by themselves when nothing moves on them: a time-out on idle, not on how long an answer takes. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

class Idle extends Error {
  /** One that clients know as worth another try. */
  readonly code = 'ETIMEDOUT';
}

function endWhenIdle<T extends Duplex | null | undefined>(socket: T): T {
  (socket as Socket | null | undefined)?.on('timeout', () =>
    socket?.destroy(new Idle('nothing moved on a connection')),
  );
  return socket;
}

class IdleHttpAgent extends HttpAgent {
  override createConnection(...given: Parameters<HttpAgent['createConnection']>) {
    return endWhenIdle(super.createConnection(...given));
  }
}

class IdleHttpsAgent extends HttpsAgent {
  override createConnection(...given: Parameters<HttpsAgent['createConnection']>) {
    return endWhenIdle(super.createConnection(...given));
  }
}

export function createIdleAgent(protocol: string, idleMs: number): HttpAgent {
  const options = { keepAlive: true, timeout: idleMs };
  return protocol === 'http:' ? new IdleHttpAgent(options) : new IdleHttpsAgent(options);
}
