import type { ApkFacts } from '../../apk/build-facts.ts';
import { type Check, type Finding, failed, passed, skipped } from './finding.ts';

/** From this target SDK on, clear text is off unless the app asks for it. */
const CLEARTEXT_OFF_SINCE = 28;
const NAME = 'sends nothing in clear text';

export const networkCheck: Check = { suite: 'inspection.network', run: (apk) => [cleartext(apk)] };

/** The network security configuration, where there is one, overrules the attribute. */
function cleartext({ manifest, cleartext: rules }: ApkFacts): Finding {
  const byDefault = (manifest.targetSdk ?? manifest.minSdk ?? 1) < CLEARTEXT_OFF_SINCE;
  if (manifest.networkSecurityConfig === null) {
    if (!(manifest.usesCleartextTraffic ?? byDefault)) return passed(NAME);
    return failed(
      NAME,
      manifest.usesCleartextTraffic === true
        ? 'usesCleartextTraffic is true: remove it, or allow single domains in a network security configuration.'
        : `Below target SDK ${CLEARTEXT_OFF_SINCE} clear text is allowed: set usesCleartextTraffic to false.`,
    );
  }
  if (rules === null) return skipped(NAME, 'Its network security configuration could not be read.');
  if (rules.base ?? byDefault) {
    return failed(
      NAME,
      'Its network security configuration allows it everywhere: set cleartextTrafficPermitted to false in base-config.',
    );
  }
  return passed(
    NAME,
    rules.domains === 0 ? null : `Its network security configuration allows it for ${rules.domains} domains.`,
  );
}
