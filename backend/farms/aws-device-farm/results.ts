/** What a run of AWS Device Farm left behind: its tests, every page of them, and its files. */
import type { EvidenceKind, TestOutcome } from '../../contract/terms.ts';
import type { Outgoing } from '../../outgoing/port.ts';
import { openLink } from '../open-link.ts';
import { FarmError, type FarmEvidence, type FarmResults, type FarmTest } from '../port.ts';
import type { AwsClient } from './client.ts';
import type { AwsSettings } from './settings.ts';
import { requireOurs } from './transfer.ts';
import { type Artifact, Artifacts, Jobs, OneRun, Suites, Tests } from './wire.ts';

const OUTCOMES: Record<string, TestOutcome> = {
  PASSED: 'passed',
  WARNED: 'passed',
  FAILED: 'failed',
  SKIPPED: 'skipped',
  ERRORED: 'errored',
  STOPPED: 'errored',
};

/** The farm's own, around every job's tests: they count where they did not pass. */
const AROUND = new Set(['Setup Suite', 'Teardown Suite']);

const KINDS: Record<string, EvidenceKind> = {
  SCREENSHOT: 'screenshot',
  VIDEO: 'video',
  DEVICE_LOG: 'device_log',
  MESSAGE_LOG: 'app_log',
  APPLICATION_CRASH_REPORT: 'crash_log',
  WEBKIT_LOG: 'network_log',
  SERVICE_LOG: 'session_log',
  VIDEO_LOG: 'session_log',
  RESULT_LOG: 'session_log',
  XCTEST_LOG: 'session_log',
  INSTRUMENTATION_OUTPUT: 'session_log',
  TESTSPEC_OUTPUT: 'session_log',
  APPIUM_SERVER_OUTPUT: 'session_log',
  CUSTOMER_ARTIFACT_LOG: 'app_log',
};

const CATEGORIES = ['FILE', 'LOG', 'SCREENSHOT'] as const;

type Deps = { client: AwsClient; settings: AwsSettings; outgoing: Outgoing };

/** @throws FarmError */
export async function readResults(deps: Deps, runArn: string): Promise<FarmResults> {
  const { client } = deps;
  const { run } = await client.call('GetRun', { arn: runArn }, OneRun);
  const tests: FarmTest[] = [];
  let around = 0;
  for (const job of await client.list('ListJobs', { arn: runArn }, Jobs)) {
    for (const suite of await client.list('ListSuites', { arn: job.arn }, Suites)) {
      for (const test of await client.list('ListTests', { arn: suite.arn }, Tests)) {
        const outcome = OUTCOMES[test.result ?? ''] ?? 'errored';
        if (AROUND.has(suite.name ?? '') && outcome === 'passed') {
          around += 1;
          continue;
        }
        tests.push({
          suite: suite.name ?? '',
          name: test.name || 'a test without a name',
          attempt: 1,
          outcome,
          durationMs: Math.max(0, (test.stopped?.getTime() ?? 0) - (test.started?.getTime() ?? 0)),
          message: outcome === 'passed' ? null : (test.message ?? null),
          stack: null,
        });
      }
    }
  }
  const total = run.counters?.total;
  const evidence: FarmEvidence[] = [];
  for (const category of CATEGORIES) {
    for (const artifact of await listArtifacts(client, runArn, category)) {
      evidence.push(evidenceOf(deps, runArn, category, artifact));
    }
  }
  return { expected: total === undefined ? null : Math.max(0, total - around), tests, evidence };
}

const listArtifacts = (client: AwsClient, arn: string, type: string): Promise<Artifact[]> =>
  client.list('ListArtifacts', { arn, type }, Artifacts);

function evidenceOf(deps: Deps, runArn: string, category: string, artifact: Artifact): FarmEvidence {
  const { client, settings, outgoing } = deps;
  const kind = KINDS[artifact.type ?? ''] ?? (category === 'SCREENSHOT' ? 'screenshot' : 'report');
  const extension = (artifact.extension ?? '').replace(/[^\w]/g, '').slice(0, 10);
  return {
    name: [artifact.name || artifact.type || 'file', extension].filter(Boolean).join('.'),
    kind,
    contentType: contentTypeOf(kind, extension),
    async *open(offset = 0) {
      const first = await openLink(outgoing, requireOurs(artifact.url, settings.baseUrl), { offset });
      if (first.state === 'open') return yield* first.body;
      // Links are good for a short while only: the list gives new ones.
      const listed = await listArtifacts(client, runArn, category);
      const again = listed.find(({ arn }) => arn === artifact.arn);
      const second = again && (await openLink(outgoing, requireOurs(again.url, settings.baseUrl), { offset }));
      if (second?.state !== 'open') throw new FarmError('broken', 'The farm’s link to a file is not good any more.');
      yield* second.body;
    },
  };
}

function contentTypeOf(kind: EvidenceKind, extension: string): string {
  if (kind === 'video') return 'video/mp4';
  if (kind === 'screenshot') return extension === 'jpg' || extension === 'jpeg' ? 'image/jpeg' : 'image/png';
  if (extension === 'zip') return 'application/zip';
  return kind === 'report' ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}
