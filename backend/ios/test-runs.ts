/** Reads the XCTest zip of `xcodebuild build-for-testing`: its `.xctestrun` files and what they name. Source: `man 5 xcodebuild.xctestrun`. */
import { PLIST_LIMITS, TESTS_LIMITS } from '../apk/limits.ts';
import { unusable } from '../apk/unusable.ts';
import type { Zip } from '../apk/zip.ts';
import { dictAt, listAt, type PlistDict, readPlist, textAt } from './plist.ts';

export type TestTarget = {
  name: string;
  /** Where its tests lie, as the file says: `__TESTHOST__/PlugIns/DemoTests.xctest`. */
  bundle: string | null;
  /** The bundle id or path of the app that is tested through its interface; null where tests run inside their host. */
  app: string | null;
};
export type TestRunFile = { file: string; plan: string | null; targets: TestTarget[] };

export type XctestFacts = {
  testRuns: TestRunFile[];
  /** The test bundles in the zip, by their names. */
  bundles: string[];
};

const TEST_RUN = /^(?!__MACOSX\/).*\.xctestrun$/;
const BUNDLE = /^(?!__MACOSX\/)(?:.*\/)?([^/]+\.xctest)\//;
const METADATA = '__xctestrun_metadata__';

/** @throws DevicelaneError `invalid_artifact` */
export async function readTestRuns(zip: Zip): Promise<XctestFacts> {
  const files = [...zip.entries.values()].filter(({ name }) => TEST_RUN.test(name));
  if (files.length > TESTS_LIMITS.testRuns) throw unusable(`The zip has ${files.length} .xctestrun files; give one.`);
  const testRuns: TestRunFile[] = [];
  for (const entry of files) {
    const file = entry.name.slice(entry.name.lastIndexOf('/') + 1);
    testRuns.push(testRunOf(readPlist(await zip.content(entry, PLIST_LIMITS.bytes), file), file));
  }
  const bundles = new Set([...zip.entries.keys()].map((name) => BUNDLE.exec(name)?.[1] ?? ''));
  bundles.delete('');
  return { testRuns, bundles: [...bundles].sort().slice(0, TESTS_LIMITS.targets) };
}

/** Version 2 lists configurations, each with its targets; version 1 has a key for each target. */
function testRunOf(list: PlistDict, file: string): TestRunFile {
  const configurations = listAt(list, 'TestConfigurations').filter((each) => each instanceof Map);
  const targets = new Map<string, TestTarget>();
  for (const configuration of configurations) {
    for (const target of listAt(configuration, 'TestTargets')) {
      if (target instanceof Map)
        add(target, textAt(target, 'BlueprintName') ?? textAt(target, 'ProductModuleName') ?? '');
    }
  }
  if (configurations.length === 0) {
    for (const [name, target] of list) if (name !== METADATA && target instanceof Map) add(target, name);
  }
  if (targets.size === 0) throw unusable('Its .xctestrun file names no test target.');
  return { file, plan: textAt(dictAt(list, 'TestPlan'), 'Name'), targets: [...targets.values()] };

  function add(target: PlistDict, name: string): void {
    if (name === '' || targets.size >= TESTS_LIMITS.targets) return;
    const app = textAt(target, 'UITargetAppBundleIdentifier') ?? textAt(target, 'UITargetAppPath');
    targets.set(name, { name, bundle: textAt(target, 'TestBundlePath'), app });
  }
}
