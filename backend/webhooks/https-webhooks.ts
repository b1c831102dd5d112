/** Sends webhooks to where the server's requests may go. */
import { NotReachable, type Outgoing } from '../outgoing/port.ts';
import { type OutgoingWebhooks, WebhookError } from './port.ts';

const TIMEOUT_MS = 10_000;

export function createHttpsWebhooks(outgoing: Outgoing): OutgoingWebhooks {
  function requireUrl(url: string): void {
    try {
      outgoing.requireUrl(url);
    } catch (error) {
      throw error instanceof NotReachable ? new WebhookError('refused', error.message) : error;
    }
  }

  return {
    requireUrl,
    async send(url, { id, body }) {
      requireUrl(url);
      const answer = await outgoing
        .fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'webhook-id': id },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        .catch((error: NodeJS.ErrnoException) => {
          throw new WebhookError('broken', `it could not be reached (${error.code ?? error.name})`);
        });
      // What it answers is nobody's business, and may be endless.
      await answer.body?.cancel();
      if (!answer.ok) throw new WebhookError('broken', `it answered ${answer.status}`);
    },
  };
}
