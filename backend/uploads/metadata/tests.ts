/** What a zip of tests says of itself. */
import type { ArtifactTests } from '../../contract/artifact-tests.ts';
import type { FlowFacts } from '../../flows/read-flows.ts';
import type { XctestFacts } from '../../ios/test-runs.ts';
import { short, shortList } from './short.ts';

export function maestroTests(flows: readonly FlowFacts[]): ArtifactTests {
  return {
    framework: 'maestro',
    flows: flows.map(({ file, name, appId, tags }) => ({
      file: short(file),
      name: short(name),
      appId: short(appId),
      tags: shortList(tags),
    })),
  };
}

export function xctestTests({ testRuns, bundles }: XctestFacts): ArtifactTests {
  return {
    framework: 'xcuitest',
    testRuns: testRuns.map(({ file, plan, targets }) => ({
      file: short(file),
      plan: short(plan),
      targets: targets.map(({ name, bundle, app }) => ({ name: short(name), bundle: short(bundle), app: short(app) })),
    })),
    bundles: shortList(bundles),
  };
}
