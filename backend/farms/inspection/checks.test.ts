import { describe, expect, test } from '@jest/globals';
import type { ApkFacts } from '../../apk/build-facts.ts';
import type { Component, ManifestFacts } from '../../apk/manifest-facts.ts';
import type { SigningFacts } from '../../apk/signing-facts.ts';
import { inspect } from './inspect.ts';

type Changes = {
  manifest?: Partial<ManifestFacts>;
  signing?: Partial<SigningFacts>;
  cleartext?: ApkFacts['cleartext'];
};

const certificate = { sha256: 'ab', subject: 'CN=Example', issuer: 'CN=Example', notAfter: null, debug: false };
const debugCertificate = { ...certificate, subject: 'CN=Android Debug', debug: true };

/** A release that is right in everything. */
function release(changes: Changes = {}): ApkFacts {
  return {
    bytes: 1000,
    manifest: {
      package: 'com.example.app',
      versionName: '1',
      versionCode: 1,
      compileSdk: 35,
      minSdk: 26,
      targetSdk: 35,
      split: null,
      label: 'App',
      permissions: ['android.permission.INTERNET'],
      debuggable: false,
      testOnly: false,
      allowBackup: false,
      hasBackupRules: false,
      usesCleartextTraffic: null,
      networkSecurityConfig: null,
      components: [],
      instrumentation: null,
      ...changes.manifest,
    },
    manifestText: '',
    cleartext: changes.cleartext ?? null,
    signing: { schemes: ['v2', 'v3'], verified: true, problem: null, certificates: [certificate], ...changes.signing },
    contents: { entries: 3, inflatedBytes: 5000, dexFiles: 1, libraries: {}, folders: [] },
  };
}

function component(changes: Partial<Component>): Component {
  return {
    kind: 'activity',
    name: 'com.example.app.A',
    exported: null,
    intentFilters: 0,
    launcher: false,
    enabled: true,
    permission: null,
    readPermission: null,
    writePermission: null,
    ...changes,
  };
}

function failures(apk: ApkFacts): string[] {
  const rules = { minSdk: 21, targetSdk: 34, maxBytes: 10_000, permissions: [] };
  return inspect(apk, null, rules, () => 0)
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ name }) => name);
}

test('a sound release fails nothing', () => expect(failures(release())).toEqual([]));

describe('one thing wrong fails one check', () => {
  test.each<[string, Changes, string]>([
    [
      'unsigned, but v2 is there',
      { signing: { verified: false, problem: 'x', certificates: [] } },
      'is signed and the signature holds',
    ],
    ['v1 alone', { signing: { schemes: ['v1'] } }, 'is signed with scheme v2 or newer'],
    [
      'a debug certificate on a release',
      { signing: { certificates: [debugCertificate] } },
      'is not signed with a debug certificate',
    ],
    ['debuggable with a release certificate', { manifest: { debuggable: true } }, 'is not debuggable'],
    ['for tests only', { manifest: { testOnly: true } }, 'is not for tests only'],
    ['a low minimum', { manifest: { minSdk: 20 } }, 'minimum SDK is recent enough'],
    ['no minimum', { manifest: { minSdk: null } }, 'minimum SDK is recent enough'],
    ['a low target', { manifest: { targetSdk: 33 } }, 'target SDK is recent enough'],
    ['backup by default', { manifest: { allowBackup: null } }, 'backs up nothing, or says what'],
    ['clear text asked for', { manifest: { usesCleartextTraffic: true } }, 'sends nothing in clear text'],
    ['a split', { manifest: { split: 'config.en' } }, 'installs by itself'],
    [
      'clear text in the configuration, whatever the attribute says',
      {
        manifest: { networkSecurityConfig: 'res/xml/n.xml', usesCleartextTraffic: false },
        cleartext: { base: true, domains: 0 },
      },
      'sends nothing in clear text',
    ],
    [
      'a sensitive permission',
      { manifest: { permissions: ['android.permission.READ_SMS'] } },
      'asks for android.permission.READ_SMS knowingly',
    ],
    [
      'an exported service',
      { manifest: { components: [component({ kind: 'service', exported: true })] } },
      'service com.example.app.A is exported behind a permission',
    ],
    [
      'a provider that guards reading alone',
      { manifest: { components: [component({ kind: 'provider', exported: true, readPermission: 'p' })] } },
      'provider com.example.app.A is exported behind a permission',
    ],
  ])('%s', (_, changes, name) => expect(failures(release(changes))).toEqual([name]));
});

describe('what is right fails nothing', () => {
  test.each<[string, Changes]>([
    [
      'a debug build',
      { manifest: { debuggable: true, testOnly: true }, signing: { certificates: [debugCertificate] } },
    ],
    ['backup with rules', { manifest: { allowBackup: true, hasBackupRules: true } }],
    [
      'clear text for single domains',
      {
        manifest: { networkSecurityConfig: 'res/xml/n.xml', usesCleartextTraffic: true },
        cleartext: { base: false, domains: 2 },
      },
    ],
    ['a launcher that is exported', { manifest: { components: [component({ exported: true, launcher: true })] } }],
    [
      'a component behind a permission',
      { manifest: { components: [component({ kind: 'receiver', exported: true, permission: 'p' })] } },
    ],
    [
      'an exported component that is switched off',
      { manifest: { components: [component({ exported: true, enabled: false })] } },
    ],
    [
      'a provider guarded both ways',
      {
        manifest: {
          components: [component({ kind: 'provider', exported: true, readPermission: 'r', writePermission: 'w' })],
        },
      },
    ],
  ])('%s', (_, changes) => expect(failures(release(changes))).toEqual([]));
});

test('a component that says nothing is exported by its intent filters, and has to say so', () => {
  const components = [component({ kind: 'receiver', intentFilters: 1 })];
  expect(failures(release({ manifest: { components } }))).toEqual([
    'says of each component with intent filters whether it is exported',
    'receiver com.example.app.A is exported behind a permission',
  ]);
});

test('below target SDK 28 clear text is allowed by default', () => {
  expect(failures(release({ manifest: { targetSdk: 27 } }))).toContain('sends nothing in clear text');
});

test('however many components are exported, the cases stay countable', () => {
  const components = Array.from({ length: 500 }, (_, i) =>
    component({ kind: 'service', name: `com.example.S${i}`, exported: true }),
  );
  const found = failures(release({ manifest: { components } }));
  expect(found).toHaveLength(201);
  expect(found.at(-1)).toBe('exports a countable number');
});
