import type { ApkFacts } from '../../apk/build-facts.ts';
import { type Check, type Finding, failed, passed, type Rules, skipped } from './finding.ts';

/** That the file is signed, well, and by whom. */
export const signingCheck: Check = {
  suite: 'inspection.signing',
  run: (apk, rules) => [holds(apk), modern(apk), certificate(apk, rules)],
};

function holds({ signing }: ApkFacts): Finding {
  const name = 'is signed and the signature holds';
  if (!signing.verified) return failed(name, signing.problem ?? 'Its signature does not hold.');
  return passed(name, `Signed with ${signing.schemes.join(', ')}.`);
}

function modern({ signing }: ApkFacts): Finding {
  const name = 'is signed with scheme v2 or newer';
  if (signing.schemes.some((scheme) => scheme !== 'v1')) return passed(name);
  const scheme =
    signing.schemes.length === 0
      ? 'It is not signed'
      : 'It is signed with v1 alone, which does not cover the whole file';
  return failed(name, `${scheme}: sign it with apksigner or the Android Gradle plugin.`);
}

function certificate({ signing }: ApkFacts, { profile }: Rules): Finding {
  const name = 'is not signed with a debug certificate';
  if (signing.certificates.length === 0) return skipped(name, 'It has no certificate that can be trusted.');
  const debug = signing.certificates.filter((each) => each.debug);
  if (debug.length === 0) return passed(name);
  if (profile === 'debug') return skipped(name, 'It is a debug build: this is checked on release builds.');
  return failed(
    name,
    'Anybody’s Android tools hold such a key: sign a build that is not for debugging with your own.',
    debug.map(({ subject, sha256 }) => `${subject} (SHA-256 ${sha256})`),
  );
}
