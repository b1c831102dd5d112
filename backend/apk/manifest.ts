/** Reads the facts out of a parsed `AndroidManifest.xml`. Source: the Android manifest reference. */
import { VALUE, type XmlAttribute, type XmlElement } from './binary-xml.ts';
import type { Component, ManifestFacts } from './manifest-facts.ts';
import type { ResourceTable } from './resource-lookup.ts';
import { unusable } from './unusable.ts';

const COMPONENTS = ['activity', 'activity-alias', 'service', 'receiver', 'provider'] as const;
const PERMISSION_TAGS = ['uses-permission', 'uses-permission-sdk-23', 'uses-permission-sdk-m'];
/** Java package names, as the platform's validateName allows them; `android` alone has one part. */
const PACKAGE_NAME = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/;

/** @throws DevicelaneError `invalid_artifact` when it is no manifest or names no package */
export function readManifest(root: XmlElement, resources: ResourceTable): ManifestFacts {
  const read = attributesOf(resources);
  const packageName = read.text(root, 'package');
  if (root.name !== 'manifest' || packageName === null || !PACKAGE_NAME.test(packageName) || packageName.length > 255) {
    throw unusable('Its AndroidManifest.xml names no valid package.');
  }
  const application = root.children.find((child) => child.name === 'application');
  const sdk = root.children.find((child) => child.name === 'uses-sdk');
  const instrumentation = root.children.find((child) => child.name === 'instrumentation');
  const qualify = (name: string) =>
    name.startsWith('.') ? packageName + name : name.includes('.') ? name : `${packageName}.${name}`;

  function component(element: XmlElement, kind: Component['kind']): Component {
    const filters = element.children.filter((child) => child.name === 'intent-filter');
    return {
      kind,
      name: qualify(read.text(element, 'android:name') ?? ''),
      exported: read.boolean(element, 'android:exported'),
      intentFilters: filters.length,
      launcher: filters.some((filter) => names(filter, 'category').includes('android.intent.category.LAUNCHER')),
      enabled: read.boolean(element, 'android:enabled') ?? true,
      // A component without its own permission has the application's.
      permission:
        read.text(element, 'android:permission') ?? (application ? read.text(application, 'android:permission') : null),
      readPermission: read.text(element, 'android:readPermission'),
      writePermission: read.text(element, 'android:writePermission'),
    };
  }

  function names(element: XmlElement, tag: string): string[] {
    const children = element.children.filter((child) => child.name === tag);
    return children.map((child) => read.text(child, 'android:name')).filter((name) => name !== null);
  }

  const runner = instrumentation && read.text(instrumentation, 'android:name');
  const target = instrumentation && read.text(instrumentation, 'android:targetPackage');
  return {
    package: packageName,
    versionName: read.text(root, 'android:versionName'),
    versionCode: versionCode(read.integer(root, 'android:versionCode'), read.integer(root, 'android:versionCodeMajor')),
    compileSdk: read.integer(root, 'android:compileSdkVersion'),
    minSdk: sdk ? read.integer(sdk, 'android:minSdkVersion') : null,
    targetSdk: sdk ? read.integer(sdk, 'android:targetSdkVersion') : null,
    split: read.text(root, 'split'),
    label: application ? read.shown(application, 'android:label') : null,
    permissions: [...new Set(PERMISSION_TAGS.flatMap((tag) => names(root, tag)))].sort(),
    debuggable: (application && read.boolean(application, 'android:debuggable')) ?? false,
    testOnly: (application && read.boolean(application, 'android:testOnly')) ?? false,
    allowBackup: application ? read.boolean(application, 'android:allowBackup') : null,
    hasBackupRules:
      application?.attributes.some(
        ({ name }) => name === 'android:fullBackupContent' || name === 'android:dataExtractionRules',
      ) ?? false,
    usesCleartextTraffic: application ? read.boolean(application, 'android:usesCleartextTraffic') : null,
    networkSecurityConfig: application ? read.text(application, 'android:networkSecurityConfig') : null,
    components: COMPONENTS.flatMap((kind) =>
      (application?.children ?? []).filter((child) => child.name === kind).map((child) => component(child, kind)),
    ),
    instrumentation: runner && target ? { runner: qualify(runner), target } : null,
  };
}

/** `versionCodeMajor` is the upper half of a 64-bit number; what passes 2^53 is given as the nearest double. */
function versionCode(minor: number | null, major: number | null): number | null {
  if (minor === null && major === null) return null;
  return (major ?? 0) * 2 ** 32 + (minor ?? 0);
}

/** Reads attributes as the platform does: literal, or through the resource that they refer to. */
export function attributesOf(resources: ResourceTable) {
  const find = (element: XmlElement, name: string) => element.attributes.find((attribute) => attribute.name === name);
  return {
    text(element: XmlElement, name: string): string | null {
      const found = find(element, name);
      if (found === undefined) return null;
      if (found.type === VALUE.reference) return resources.text(found.data) ?? reference(found);
      if (found.type === VALUE.integer) return String(found.data | 0);
      return found.text;
    },
    /** As `text`, but null rather than a reference that says nothing to a person. */
    shown(element: XmlElement, name: string): string | null {
      const found = find(element, name);
      if (found === undefined) return null;
      return found.type === VALUE.reference ? resources.text(found.data) : found.text;
    },
    boolean(element: XmlElement, name: string): boolean | null {
      const found = find(element, name);
      if (found === undefined) return null;
      if (found.type === VALUE.reference) return resources.boolean(found.data);
      if (found.type === VALUE.string) return found.text === 'true' ? true : found.text === 'false' ? false : null;
      return found.data !== 0;
    },
    integer(element: XmlElement, name: string): number | null {
      const found = find(element, name);
      if (found === undefined) return null;
      if (found.type === VALUE.reference) return resources.integer(found.data);
      if (found.type === VALUE.string) return /^\d{1,9}$/.test(found.text ?? '') ? Number(found.text) : null;
      return found.data;
    },
  };
}

function reference(attribute: XmlAttribute): string {
  return `@0x${attribute.data.toString(16).padStart(8, '0')}`;
}
