import type { ApkFacts } from '../../apk/build-facts.ts';
import { type Check, type Finding, failed, passed, type Rules, skipped } from './finding.ts';

const BACKUP_RULES = 'backs up nothing, or says what';

/** What the manifest allows the app, and others to do with it. */
export const manifestCheck: Check = {
  suite: 'inspection.manifest',
  run: (apk, rules) => [
    releaseOnly(
      'is not debuggable',
      apk.manifest.debuggable,
      rules,
      'Anybody with the device can read its memory and data.',
    ),
    releaseOnly('is not for tests only', apk.manifest.testOnly, rules, 'It installs with adb -t alone.'),
    floor('minimum SDK', 'minSdkVersion', apk.manifest.minSdk, rules.minSdk),
    // Without one of its own, the platform takes the minimum for the target.
    floor('target SDK', 'targetSdkVersion', apk.manifest.targetSdk ?? apk.manifest.minSdk, rules.targetSdk),
    backup(apk),
  ],
};

function releaseOnly(name: string, set: boolean, { profile }: Rules, why: string): Finding {
  if (!set) return passed(name);
  if (profile === 'debug') return skipped(name, 'It is a debug build: this is checked on release builds.');
  return failed(name, `${why} Build it as a release.`);
}

/** The floor is not in the name: a stricter one tomorrow must not make it another test. */
function floor(what: string, attribute: string, declared: number | null, least: number): Finding {
  const name = `${what} is recent enough`;
  const actual = declared ?? 1;
  const said = declared === null ? `It declares no ${what}, which counts as 1` : `Its ${what} is ${declared}`;
  return actual >= least ? passed(name, `${said}.`) : failed(name, `${said}; set ${attribute} to ${least} or more.`);
}

function backup({ manifest }: ApkFacts): Finding {
  if (manifest.allowBackup === false) return passed(BACKUP_RULES, 'It is not backed up.');
  if (manifest.hasBackupRules) return passed(BACKUP_RULES, 'Its own rules say what is backed up.');
  return failed(
    BACKUP_RULES,
    'All its data go into backups: set allowBackup to false, or give dataExtractionRules and fullBackupContent.',
  );
}
