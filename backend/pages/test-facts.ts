/** What a zip of tests holds, for a person. */
import { html } from 'hono/html';
import type { ArtifactTests } from '../contract/artifact-tests.ts';
import { type Fact, names } from './fact.ts';
import { count } from './quantity.ts';

export function testFacts(tests: ArtifactTests): Fact[] {
  return tests.framework === 'maestro' ? flowFacts(tests.flows) : xctestFacts(tests);
}

type Maestro = Extract<ArtifactTests, { framework: 'maestro' }>;
type Xctest = Extract<ArtifactTests, { framework: 'xcuitest' }>;

function flowFacts(flows: Maestro['flows']): Fact[] {
  const apps = [...new Set(flows.map(({ appId }) => appId).filter((appId) => appId !== null))];
  const tags = [...new Set(flows.flatMap((flow) => flow.tags))].sort();
  const lines = flows.map(({ name, file, tags: own }) => [name, file, own.join(', ')].filter(Boolean).join(' · '));
  return [
    ['Flows', names(`${count(flows.length, 'Maestro flow')}`, lines)],
    ...(apps.length > 0 ? [['Tests', html`<bdi>${apps.slice(0, 5).join(', ')}</bdi>`] as Fact] : []),
    ...(tags.length > 0 ? [['Tags', html`<bdi>${tags.slice(0, 30).join(', ')}</bdi>`] as Fact] : []),
  ];
}

function xctestFacts({ testRuns, bundles }: Xctest): Fact[] {
  const targets = testRuns.flatMap((testRun) => testRun.targets);
  const lines = targets.map(({ name, app }) => (app === null ? name : `${name} · ${app}`));
  const plans = testRuns.map(({ plan }) => plan).filter((plan) => plan !== null);
  return [
    ...(targets.length > 0 ? [['Targets', names(count(targets.length, 'test target'), lines)] as Fact] : []),
    ...(plans.length > 0 ? [['Test plan', html`<bdi>${plans.join(', ')}</bdi>`] as Fact] : []),
    ['Run files', html`<bdi>${testRuns.map(({ file }) => file).join(', ') || 'no .xctestrun file'}</bdi>`],
    ...(bundles.length > 0 ? [['Bundles', html`<bdi>${bundles.slice(0, 20).join(', ')}</bdi>`] as Fact] : []),
  ];
}
