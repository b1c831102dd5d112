/** Which classes an APK's code defines. */
import { type ByteSource, inBlocks } from './byte-source.ts';
import { dexClasses } from './dex-classes.ts';
import { APK_LIMITS } from './limits.ts';
import { unusable } from './unusable.ts';
import { openZip } from './zip.ts';

/** Runs in the reading thread; others call `readDefinedClasses`. @throws DevicelaneError `invalid_artifact` */
export async function definedClasses(source: ByteSource): Promise<string[]> {
  const zip = await openZip(inBlocks(source));
  const files = [...zip.entries.values()].filter(({ name }) => /^classes\d*\.dex$/.test(name));
  const bytes = files.reduce((sum, { inflatedSize }) => sum + inflatedSize, 0);
  if (bytes > APK_LIMITS.code) throw unusable('The APK has more code than is read.');
  const names: string[] = [];
  for (const file of files) names.push(...dexClasses(await zip.content(file, APK_LIMITS.code)));
  return names;
}
