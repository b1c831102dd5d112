import type { ApkFacts } from '../../apk/build-facts.ts';
import type { FarmTest } from '../port.ts';
import { exportsCheck } from './exports.ts';
import type { Check, Finding, Rules } from './finding.ts';
import { manifestCheck } from './manifest.ts';
import { networkCheck } from './network.ts';
import { packageCheck } from './package.ts';
import { permissionsCheck } from './permissions.ts';
import { signingCheck } from './signing.ts';
import { checkTests, TESTS_SUITE } from './tests-apk.ts';

/** In the order in which a reader wants to know. */
const CHECKS: readonly Check[] = [
  packageCheck,
  signingCheck,
  manifestCheck,
  networkCheck,
  exportsCheck,
  permissionsCheck,
];

/** Runs every check. @param clock milliseconds */
export function inspect(
  app: ApkFacts,
  tests: ApkFacts | null,
  rules: Omit<Rules, 'profile'>,
  clock: () => number,
): FarmTest[] {
  const all: Rules = { ...rules, profile: profileOf(app) };
  return [
    ...CHECKS.flatMap(({ suite, run }) => timed(suite, () => run(app, all), clock)),
    ...(tests === null ? [] : timed(TESTS_SUITE, () => checkTests(app, tests), clock)),
  ];
}

/** A debug build has both signs of one. With one alone it is a release gone wrong, and the checks say so. */
function profileOf({ manifest, signing }: ApkFacts): 'debug' | 'release' {
  const debugSigned = signing.certificates.length > 0 && signing.certificates.every(({ debug }) => debug);
  return manifest.debuggable && debugSigned ? 'debug' : 'release';
}

function timed(suite: string, run: () => Finding[], clock: () => number): FarmTest[] {
  const began = clock();
  const findings = run();
  const durationMs = Math.max(0, Math.round((clock() - began) / Math.max(1, findings.length)));
  return findings.map(({ name, outcome, message, detail }) => ({
    suite,
    name,
    attempt: 1,
    outcome,
    durationMs,
    message,
    stack: detail.length === 0 ? null : detail.join('\n'),
  }));
}
