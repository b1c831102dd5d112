import type { ApkFacts } from '../../apk/build-facts.ts';
import { type Check, type Finding, failed, passed, type Rules, skipped } from './finding.ts';

const MIB = 1024 * 1024;
const COUNTERPARTS: readonly (readonly [narrow: string, wide: string])[] = [
  ['armeabi', 'arm64-v8a'],
  ['armeabi-v7a', 'arm64-v8a'],
  ['x86', 'x86_64'],
];

/** The file itself: that it is an app which installs, its size, its native code. */
export const packageCheck: Check = {
  suite: 'inspection.package',
  run: (apk, rules) => [whole(apk), size(apk, rules), native(apk)],
};

function whole({ manifest }: ApkFacts): Finding {
  const name = 'installs by itself';
  return manifest.split === null
    ? passed(name)
    : failed(
        name,
        `It is the split ${manifest.split}, which installs only with its base: give the base or a universal APK.`,
      );
}

function size({ bytes, contents }: ApkFacts, { maxBytes }: Rules): Finding {
  const name = 'is not too large';
  const said = `It is ${(bytes / MIB).toFixed(1)} MiB; the limit is ${(maxBytes / MIB).toFixed(1)} MiB.`;
  if (bytes <= maxBytes) return passed(name, said);
  return failed(
    name,
    said,
    contents.folders.map((folder) => `${(folder.compressedBytes / MIB).toFixed(1)} MiB in ${folder.name}`),
  );
}

/** Stores refuse, and 64-bit devices may not run, what has native code for 32 bits alone. */
function native({ contents: { libraries } }: ApkFacts): Finding {
  const name = 'has 64-bit libraries beside 32-bit ones';
  if (Object.keys(libraries).length === 0) return skipped(name, 'It has no native libraries.');
  const missing = COUNTERPARTS.flatMap(([narrow, wide]) =>
    (libraries[narrow] ?? [])
      .filter((library) => !libraries[wide]?.includes(library))
      .map((library) => `lib/${narrow}/${library} has no lib/${wide}/${library}`),
  );
  if (missing.length === 0) return passed(name);
  return failed(
    name,
    `${missing.length} native libraries are there for 32 bits only: build them for 64 bits too.`,
    missing,
  );
}
