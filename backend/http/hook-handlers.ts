/** Events from outside and the verbs behind them. */
import { receiveGithubEvent } from '../integrations/receive-github-event.ts';
import { hearFarm } from '../runs/nudge.ts';
import type { Handlers } from './call.ts';
import { drainBody } from './drain-body.ts';
import { readBytes } from './read-body.ts';

/** GitHub's events that are acted upon have tens of kilobytes; it sends up to 25 MB. */
const MAX_EVENT_BYTES = 1024 * 1024;

export const HOOK_HANDLERS: Pick<Handlers, 'githubHook' | 'farmHook'> = {
  githubHook: async ({ c, deps, system }) => {
    const input = {
      body: await readBytes(c, MAX_EVENT_BYTES),
      signature: c.req.header('x-hub-signature-256'),
      event: c.req.header('x-github-event'),
      delivery: c.req.header('x-github-delivery'),
    };
    await receiveGithubEvent({ system, webhook: deps.githubWebhook, input });
    return c.body(null, 202);
  },

  farmHook: async ({ c, system, params, query }) => {
    await hearFarm({
      system,
      input: { connectionId: params.connection, jobId: query.job, signature: query.signature },
    });
    await drainBody(c.env.incoming);
    return c.body(null, 202);
  },
};
