/** What lies in an APK, counted from the zip's directory alone. */
import type { Zip } from './zip.ts';

export type ContentFacts = {
  entries: number;
  /** In bytes. */
  inflatedBytes: number;
  dexFiles: number;
  /** Native libraries by ABI, as `lib/<abi>/<name>.so`. */
  libraries: Record<string, string[]>;
  /** The largest top folders, by their compressed bytes. */
  folders: { name: string; entries: number; compressedBytes: number }[];
};

const FOLDERS_NAMED = 20;
/** The names Android knows: an ABI of one's own making is a folder, no code that a device would load. */
const ABIS = ['arm64-v8a', 'armeabi', 'armeabi-v7a', 'mips', 'mips64', 'riscv64', 'x86', 'x86_64'];
const LIBRARY = /^lib\/([^/]+)\/([^/]+\.so)$/;

export function summarise(zip: Zip): ContentFacts {
  const libraries: Record<string, string[]> = {};
  const folders = new Map<string, { entries: number; compressedBytes: number }>();
  let inflatedBytes = 0;
  let dexFiles = 0;
  for (const entry of zip.entries.values()) {
    inflatedBytes += entry.inflatedSize;
    if (/^classes\d*\.dex$/.test(entry.name)) dexFiles += 1;
    const [, abi, library] = LIBRARY.exec(entry.name) ?? [];
    if (abi !== undefined && library !== undefined && isAbi(abi)) {
      libraries[abi] ??= [];
      libraries[abi].push(library);
    }
    const slash = entry.name.indexOf('/');
    const name = slash === -1 ? '(top)' : `${entry.name.slice(0, slash)}/`;
    const folder = folders.get(name) ?? { entries: 0, compressedBytes: 0 };
    folder.entries += 1;
    folder.compressedBytes += entry.compressedSize;
    folders.set(name, folder);
  }
  return {
    entries: zip.entries.size,
    inflatedBytes,
    dexFiles,
    libraries,
    folders: [...folders]
      .map(([name, folder]) => ({ name, ...folder }))
      .sort((a, b) => b.compressedBytes - a.compressedBytes)
      .slice(0, FOLDERS_NAMED),
  };
}

export function isAbi(name: string): boolean {
  return ABIS.includes(name);
}
