import type { ApkFacts } from '../../apk/build-facts.ts';
import type { Component, ManifestFacts } from '../../apk/manifest-facts.ts';
import { type Check, type Finding, failed, passed } from './finding.ts';

/** Since this target SDK, a component with intent filters must say whether it is exported, or the app does not install. */
const EXPLICIT_SINCE = 31;
/** Below this target SDK, a provider is exported unless it says otherwise. */
const PROVIDERS_CLOSED_SINCE = 17;
const MOST_CASES = 200;

/**
 * What other apps can reach. A case for each exported component: one that a change adds is then a new failure by itself,
 * however many there were before.
 */
export const exportsCheck: Check = {
  suite: 'inspection.exports',
  run({ manifest }: ApkFacts) {
    const open = manifest.components.filter((component) => isExported(component, manifest) && !isEntry(component));
    const cases = distinct(open).slice(0, MOST_CASES).map(guarded);
    if (open.length > MOST_CASES) {
      cases.push(
        failed('exports a countable number', `It exports ${open.length} components; ${MOST_CASES} are listed.`),
      );
    }
    return [explicit(manifest), ...cases];
  },
};

function isExported(component: Component, { targetSdk, minSdk }: ManifestFacts): boolean {
  if (!component.enabled) return false;
  if (component.exported !== null) return component.exported;
  if (component.kind === 'provider') return (targetSdk ?? minSdk ?? 1) < PROVIDERS_CLOSED_SINCE;
  return component.intentFilters > 0;
}

/** The launcher has to reach it. */
function isEntry(component: Component): boolean {
  return component.launcher && component.kind.startsWith('activity');
}

function guarded(component: Component): Finding {
  const name = `${component.kind} ${component.name} is exported behind a permission`;
  const read = component.readPermission ?? component.permission;
  const write = component.writePermission ?? component.permission;
  const closed = component.kind === 'provider' ? read !== null && write !== null : component.permission !== null;
  if (closed) return passed(name, `It demands ${component.permission ?? `${read} and ${write}`}.`);
  return failed(name, 'Any app on the device can reach it: set android:exported to false, or demand a permission.');
}

function explicit({ components, targetSdk }: ManifestFacts): Finding {
  const name = 'says of each component with intent filters whether it is exported';
  const silent = components.filter(
    (each) => each.kind !== 'provider' && each.exported === null && each.intentFilters > 0,
  );
  if (silent.length === 0 || (targetSdk ?? 1) < EXPLICIT_SINCE) return passed(name);
  return failed(
    name,
    `From target SDK ${EXPLICIT_SINCE} on it does not install without: add android:exported.`,
    silent.map((each) => `${each.kind} ${each.name}`),
  );
}

function distinct(components: Component[]): Component[] {
  return [...new Map(components.map((component) => [`${component.kind} ${component.name}`, component])).values()];
}
