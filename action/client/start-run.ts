/** Starts the run, and stops it again. */
import { randomUUID } from 'node:crypto';
import { RunView, StartedRun, type StartRunInput } from '../../backend/contract/runs.ts';
import type { Credential } from './credential.ts';
import { CancelledError } from './errors.ts';
import { requestJson, type Wire } from './request.ts';
import { jsonBody } from './upload.ts';

/** Milliseconds. GitHub leaves 7.5 s between SIGINT and SIGTERM: an answer that is on its way is waited for first. */
const GRACE = 2500;
const PATIENCE_OF_CANCELLING = 4000;

/**
 * Starts the run. The same CI job asking again for the same gets the same run, and an API token with the same idempotency
 * key, so a lost answer is asked for again.
 *
 * A job that is cancelled while the request is on its way waits a moment for the answer: without the run's handle, nobody
 * could stop a run that the server has already accepted.
 */
export async function startRun(wire: Wire, credential: Credential, request: StartRunInput): Promise<StartedRun> {
  if (wire.environment.signal.aborted) throw new CancelledError();
  const json = jsonBody(request);
  const late = delayed(wire.environment.signal, GRACE);
  try {
    return await requestJson(
      wire,
      {
        what: 'starting the run',
        method: 'POST',
        path: '/v1/runs',
        credential,
        signal: late.signal,
        ...json,
        headers: { ...json.headers, 'idempotency-key': randomUUID() },
      },
      StartedRun,
    );
  } finally {
    late.stop();
  }
}

/** Asks the server to stop the run at its farms. Takes at most four seconds. */
export async function cancelRun(wire: Wire, credential: Credential, runId: string): Promise<RunView> {
  return requestJson(
    wire,
    {
      what: 'cancelling the run',
      method: 'POST',
      path: `/v1/runs/${runId}/cancel`,
      credential,
      signal: AbortSignal.timeout(PATIENCE_OF_CANCELLING),
    },
    RunView,
  );
}

function delayed(signal: AbortSignal, milliseconds: number): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => controller.abort(), milliseconds);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}
