/** What a finished run leaves for CI: the failed and flaky tests, and the merged JUnit file. */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ResultPage, type TestResult } from '../../backend/contract/results.ts';
import type { Counts } from '../../backend/contract/runs.ts';
import type { Credential } from './credential.ts';
import { RefusedError } from './errors.ts';
import { request, requestJson, type Wire } from './request.ts';

/** More than anybody reads in a job summary; the report has them all. */
const MOST_KEPT = 500;
const MOST_PAGES = 500;
/** Bytes of the largest JUnit file that is written to the CI machine's disk. */
const LARGEST_JUNIT = 1024 * 1024 * 1024;

export type Source = { wire: Wire; credential: Credential; runId: string };

/** The tests that failed or were flaky. Pages are read only until the run's own counts say that none is left. */
export async function readFailures({ wire, credential, runId }: Source, counts: Counts | null): Promise<TestResult[]> {
  const kept: TestResult[] = [];
  const wanted = Math.min(MOST_KEPT, counts ? counts.failed + counts.flaky : 0);
  let cursor: string | null = null;
  for (let page = 0; kept.length < wanted && page < MOST_PAGES; page++) {
    const query: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const call = {
      what: 'reading the results',
      method: 'GET',
      path: `/v1/runs/${runId}/results${query}`,
      credential,
    } as const;
    const answer: ResultPage = await requestJson(wire, call, ResultPage);
    kept.push(...answer.results.filter(({ outcome }) => outcome === 'failed' || outcome === 'flaky'));
    cursor = answer.cursor;
    if (cursor === null) break;
  }
  return kept.slice(0, MOST_KEPT);
}

/**
 * Writes the run's JUnit file, whole or not at all. False where the run has none.
 *
 * @throws BrokenError, RefusedError
 */
export async function writeJunit({ wire, credential, runId }: Source, path: string): Promise<boolean> {
  const unfinished = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await request(
      wire,
      { what: 'reading the JUnit file', method: 'GET', path: `/v1/runs/${runId}/junit.xml`, credential },
      ({ chunks }) => pipeline(limited(chunks, LARGEST_JUNIT), createWriteStream(unfinished)),
    );
    await rename(unfinished, path);
    return true;
  } catch (error) {
    if (error instanceof RefusedError && (error.code === 'not_found' || error.code === 'gone')) return false;
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function* limited(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit)
      throw new RefusedError('The JUnit file of this run is larger than 1 GiB; read it on the report instead.');
    yield chunk;
  }
}
