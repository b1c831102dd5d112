/**
 * Follows a run to its end: by server-sent events, and by asking for the run whenever the stream ends, breaks or is silent.
 * Where a proxy lets no stream through, what is left is asking now and then, which is enough.
 */
import { createParser } from 'eventsource-parser';
import { RunChange, RunView } from '../../backend/contract/runs.ts';
import type { Credential } from './credential.ts';
import { BrokenError } from './errors.ts';
import { request, requestJson, type Wire } from './request.ts';
import { backOff } from './retry.ts';
import type { RunProgress } from './run-progress.ts';

/** Milliseconds without a byte after which a stream counts as dead. */
const SILENCE = 60_000;
/** Milliseconds without any answer after which the step stops waiting; the run itself goes on. */
const PATIENCE = 10 * 60_000;
const LARGEST_EVENT = 64 * 1024;

export type Following = { wire: Wire; credential: Credential; runId: string; progress: RunProgress };

/**
 * The finished run.
 *
 * @throws BrokenError when the server stays silent for ten minutes
 */
export async function follow(following: Following): Promise<RunView> {
  const { clock, random, signal } = following.wire.environment;
  let lastEventId: string | null = null;
  let heard = clock.now();
  for (let failures = 0; ; ) {
    const run = await readRun(following).catch((error: unknown) => {
      if (!(error instanceof BrokenError) || clock.now() - heard > PATIENCE) throw error;
      return null;
    });
    if (run) {
      heard = clock.now();
      following.progress.show(run);
      if (run.state === 'finished') return run;
    }
    const stream = await readEvents(following, lastEventId);
    failures = stream.lastEventId === lastEventId ? failures + 1 : 0;
    lastEventId = stream.lastEventId;
    if (!stream.finished) await clock.sleep(backOff(failures + 1, random), signal);
  }
}

function readRun({ wire, credential, runId }: Following): Promise<RunView> {
  const call = { what: 'reading the run', method: 'GET', path: `/v1/runs/${runId}`, credential } as const;
  return requestJson(wire, call, RunView);
}

type StreamEnd = { lastEventId: string | null; finished: boolean };

/** Reads one stream until it ends, for whatever reason; the run is asked for afterwards in any case. */
async function readEvents({ wire, credential, runId, progress }: Following, since: string | null): Promise<StreamEnd> {
  const end: StreamEnd = { lastEventId: since, finished: false };
  const parser = createParser({
    maxBufferSize: LARGEST_EVENT,
    onEvent({ id, data }) {
      const change = parseChange(data);
      if (id !== undefined && /^\d{1,15}$/.test(id)) end.lastEventId = id;
      if (!change) return;
      progress.change(change);
      end.finished ||= change.state === 'finished';
    },
  });
  try {
    await request(
      wire,
      {
        what: 'following the run',
        method: 'GET',
        path: `/v1/runs/${runId}/events`,
        headers: { accept: 'text/event-stream', ...(since !== null && { 'last-event-id': since }) },
        credential,
        tries: 1,
        idle: SILENCE,
      },
      async ({ chunks }) => {
        const text = new TextDecoder();
        for await (const chunk of chunks) {
          parser.feed(text.decode(chunk, { stream: true }));
          progress.catchUp();
          if (end.finished) return;
        }
      },
    );
  } catch (error) {
    // A stream that breaks is no verdict: the next reading of the run tells how it stands, or why it cannot be read.
    if (wire.environment.signal.aborted) throw error;
  }
  return end;
}

function parseChange(data: string): RunChange | null {
  try {
    const parsed = RunChange.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
