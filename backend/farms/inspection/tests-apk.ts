/** Whether a test APK fits its app: what otherwise fails on a device, minutes later and without a reason. */
import type { ApkFacts } from '../../apk/build-facts.ts';
import { type Finding, failed, passed } from './finding.ts';

export const TESTS_SUITE = 'inspection.tests';

export function checkTests(app: ApkFacts, tests: ApkFacts): Finding[] {
  return [runner(tests), target(app, tests), sameSigner(app, tests)];
}

function runner({ manifest }: ApkFacts): Finding {
  const name = 'names a test runner';
  if (manifest.instrumentation !== null) return passed(name, `It is ${manifest.instrumentation.runner}.`);
  return failed(name, 'Its manifest has no instrumentation: give the androidTest APK.');
}

function target(app: ApkFacts, { manifest }: ApkFacts): Finding {
  const name = 'tests this app';
  const tested = manifest.instrumentation?.target ?? null;
  if (tested === app.manifest.package) return passed(name);
  return failed(
    name,
    `It tests ${tested ?? 'nothing'}, the app is ${app.manifest.package}: build both from one variant.`,
  );
}

/** Android lets an instrumentation into an app of the same signer only. */
function sameSigner(app: ApkFacts, tests: ApkFacts): Finding {
  const name = 'is signed by the app’s signer';
  const prints = (apk: ApkFacts) => apk.signing.certificates.map(({ sha256 }) => sha256).sort();
  const [appSigners, testSigners] = [prints(app), prints(tests)];
  if (appSigners.length > 0 && appSigners.join() === testSigners.join()) return passed(name);
  return failed(name, 'No device runs the tests of another signer: sign both with one key.', [
    `app: ${appSigners.join(', ') || 'none'}`,
    `tests: ${testSigners.join(', ') || 'none'}`,
  ]);
}
