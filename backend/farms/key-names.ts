/** Names that things of a job have at a farm: made of its key, whatever stands in that. */
import { createHash } from 'node:crypto';
import type { ArtifactKind } from '../contract/terms.ts';

/** 40 characters of lower-case hex. */
export const nameOfKey = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 40);
export const isKeyName = (name: string): boolean => /^[0-9a-f]{40}$/.test(name);

const EXTENSIONS: Record<ArtifactKind, string> = {
  apk: 'apk',
  aab: 'aab',
  ipa: 'ipa',
  test_apk: 'apk',
  xctest_zip: 'zip',
  maestro_zip: 'zip',
};

/** Such as `app.apk`. */
export const fileNameOf = (role: string, kind: ArtifactKind): string => `${role}.${EXTENSIONS[kind]}`;
