/** Whether an APK's network security configuration lets traffic go unencrypted. Source: Android's "Network security configuration". */
import type { XmlElement } from './binary-xml.ts';
import { attributesOf } from './manifest.ts';
import type { ResourceTable } from './resource-lookup.ts';

export type CleartextRules = {
  /** What `base-config` says; null leaves it to the platform's default. */
  base: boolean | null;
  /** How many domains it is allowed for, whatever the base says. */
  domains: number;
};

/** The caller gives the parsed file that `android:networkSecurityConfig` names. Debug overrides do not touch cleartext. */
export function readCleartextRules(root: XmlElement, resources: ResourceTable): CleartextRules {
  const read = attributesOf(resources);
  const rules: CleartextRules = { base: null, domains: 0 };
  for (const child of root.children) {
    const permitted = read.boolean(child, 'cleartextTrafficPermitted');
    if (child.name === 'base-config') rules.base = permitted;
    if (child.name === 'domain-config') collect(child, permitted);
  }
  return rules;

  function collect(config: XmlElement, permitted: boolean | null): void {
    for (const child of config.children) {
      if (child.name === 'domain' && permitted === true) rules.domains += 1;
      if (child.name === 'domain-config') collect(child, read.boolean(child, 'cleartextTrafficPermitted') ?? permitted);
    }
  }
}
