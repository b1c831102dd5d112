import { describe, expect, test } from '@jest/globals';
import { manifestNode } from '../testing/apks/apk-file.ts';
import { binaryXml, type Node } from '../testing/apks/binary-xml.ts';
import { parseBinaryXml } from './binary-xml.ts';
import { readManifest } from './manifest.ts';
import { renderXml } from './manifest-text.ts';
import { readCleartextRules } from './network-security.ts';
import { NO_RESOURCES, type ResourceTable } from './resource-lookup.ts';

const resources: ResourceTable = {
  ...NO_RESOURCES,
  text: (id) => (id === 0x7f010001 ? 'My app' : null),
  boolean: (id) => (id === 0x7f020001 ? true : null),
};

function facts(node: Node, options = {}) {
  return readManifest(parseBinaryXml(binaryXml(node, options)), resources);
}

describe('a manifest', () => {
  test('says what it is, with the version name untouched', () => {
    expect(facts(manifestNode({ permissions: ['b', 'a', 'b'] }))).toMatchObject({
      package: 'com.example.app',
      versionName: '1.2 (beta)',
      versionCode: 7,
      minSdk: 26,
      targetSdk: 35,
      permissions: ['a', 'b'],
      debuggable: false,
      instrumentation: null,
    });
  });

  test('is read by resource ids, where a packer has blanked the names', () => {
    const node = manifestNode({ application: { debuggable: true, allowBackup: false } });
    expect(facts(node, { blankNames: true })).toMatchObject({ debuggable: true, allowBackup: false });
  });

  test('does not take an attribute for Android’s own by its name alone', () => {
    const application = { 'android:debuggable': true };
    expect(facts(manifestNode({ application }))).toMatchObject({ debuggable: false });
  });

  test('follows references, and leaves open what cannot be resolved', () => {
    const application = {
      label: { reference: 0x7f010001 },
      debuggable: { reference: 0x7f020001 },
      usesCleartextTraffic: { reference: 0x7f020002 },
      networkSecurityConfig: { reference: 0x7f030000 },
    };
    expect(facts(manifestNode({ application }))).toMatchObject({
      label: 'My app',
      debuggable: true,
      usesCleartextTraffic: null,
      networkSecurityConfig: '@0x7f030000',
    });
  });

  test('qualifies the names of components and gives them the application’s permission', () => {
    const components: Node[] = [
      { name: 'activity', attributes: { name: '.Main', exported: true }, children: [{ name: 'intent-filter' }] },
      { name: 'service', attributes: { name: 'Sync', permission: 'own' } },
    ];
    const read = facts(manifestNode({ application: { permission: 'all' }, components })).components;
    expect(read).toMatchObject([
      { kind: 'activity', name: 'com.example.app.Main', exported: true, intentFilters: 1, permission: 'all' },
      { kind: 'service', name: 'com.example.app.Sync', exported: null, intentFilters: 0, permission: 'own' },
    ]);
  });

  test('of a test APK names its runner and target', () => {
    const instrumentation = { runner: 'androidx.test.runner.AndroidJUnitRunner', target: 'com.example.app' };
    expect(facts(manifestNode({ instrumentation }))).toMatchObject({ instrumentation });
  });
});

test('a rendered manifest cannot be broken out of', () => {
  const text = renderXml(parseBinaryXml(binaryXml({ name: 'a><script', attributes: { 'b="': '"><script>&\u0007' } })));
  expect(text).toBe(
    '<?xml version="1.0" encoding="utf-8"?>\n' +
      '<a__script xmlns:android="http://schemas.android.com/apk/res/android" b__="&quot;&gt;&lt;script&gt;&amp;\ufffd"/>\n',
  );
});

test('cleartext rules are read from the network security configuration', () => {
  const config: Node = {
    name: 'network-security-config',
    children: [
      { name: 'base-config', attributes: { cleartextTrafficPermitted: false } },
      {
        name: 'domain-config',
        attributes: { cleartextTrafficPermitted: true },
        children: [{ name: 'domain' }, { name: 'domain-config', children: [{ name: 'domain' }] }],
      },
    ],
  };
  expect(readCleartextRules(parseBinaryXml(binaryXml(config)), NO_RESOURCES)).toEqual({ base: false, domains: 2 });
});
