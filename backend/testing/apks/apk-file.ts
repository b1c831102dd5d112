/** Small APKs for tests, made of a manifest and whatever else a test needs. */
import { readFileSync } from 'node:fs';
import type { ByteSource } from '../../apk/byte-source.ts';
import { binaryXml, type Node, type Value } from './binary-xml.ts';
import { type ZipPart, zipFile } from './zip-file.ts';

type Manifest = {
  package?: string;
  minSdk?: number;
  targetSdk?: number;
  application?: Record<string, Value>;
  components?: Node[];
  permissions?: string[];
  instrumentation?: { runner: string; target: string };
};

export function manifestNode(manifest: Manifest = {}): Node {
  const { instrumentation } = manifest;
  return {
    name: 'manifest',
    attributes: { package: manifest.package ?? 'com.example.app', versionCode: 7, versionName: '1.2 (beta)' },
    children: [
      {
        name: 'uses-sdk',
        attributes: { minSdkVersion: manifest.minSdk ?? 26, targetSdkVersion: manifest.targetSdk ?? 35 },
      },
      ...(manifest.permissions ?? []).map((name) => ({ name: 'uses-permission', attributes: { name } })),
      ...(instrumentation === undefined
        ? []
        : [
            {
              name: 'instrumentation',
              attributes: { name: instrumentation.runner, targetPackage: instrumentation.target },
            },
          ]),
      { name: 'application', attributes: manifest.application ?? {}, children: manifest.components ?? [] },
    ],
  };
}

/** Unsigned: what is signed is tested with real files. */
export function apkFile(manifest: Manifest = {}, parts: ZipPart[] = []): Buffer {
  return zipFile([{ name: 'AndroidManifest.xml', content: binaryXml(manifestNode(manifest)) }, ...parts]);
}

export function sourceOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/** A real debug build, signed with v1 and v2: `io.appium.android.apis` 5.0.0. */
export function apiDemos(): Buffer {
  return readFileSync(new URL('../../../node_modules/android-apidemos/apks/ApiDemos-debug.apk', import.meta.url));
}
