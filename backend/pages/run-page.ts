/** The report of a run, for a person. */
import { html } from 'hono/html';
import type { Artifact } from '../contract/artifacts.ts';
import type { Evidence, TestResult } from '../contract/results.ts';
import type { RunView } from '../contract/runs.ts';
import { renderBuilds } from './build-facts.ts';
import { renderLanes } from './device-lanes.ts';
import { renderEvidence } from './evidence-list.ts';
import { renderFailedTests } from './failed-tests.ts';
import { type Html, renderLayout } from './layout.ts';
import { renderMatrix } from './test-matrix.ts';
import { renderBanner } from './verdict-banner.ts';

const REFRESH_SECONDS = 5;

type Report = {
  run: RunView;
  results: readonly TestResult[];
  evidence: readonly Evidence[];
  artifacts: readonly Artifact[];
  /** Whether this person may have the files themselves. */
  mayDownload: boolean;
  now: Date;
};

export function renderRunPage({ run, results, evidence, artifacts, mayDownload, now }: Report): Html {
  const isFinished = run.state === 'finished';
  return renderLayout({
    title: run.title,
    signedIn: true,
    refresh: isFinished ? undefined : REFRESH_SECONDS,
    main: html`${renderBanner(run, now)}
${renderLanes(run)}
${renderFailedTests(results)}
${renderMatrix(results)}
${renderEvidence(run, evidence)}
${renderBuilds(run, artifacts, mayDownload)}
<footer class="end">
${isFinished ? html`<a href="/v1/runs/${run.runId}/junit.xml" download="devicelane-junit.xml">All results as JUnit XML</a>` : html`<span>This page loads itself again every ${REFRESH_SECONDS} seconds.</span>`}
<span class="muted">Run <code>${run.runId}</code></span>
</footer>`,
  });
}
