/** What a build says of itself, for a person: a name and a value each. */
import { html } from 'hono/html';
import type { AndroidMetadata, IosMetadata } from '../contract/artifact-metadata.ts';
import type { Artifact } from '../contract/artifacts.ts';
import { type Fact, MAX_NAMES, names } from './fact.ts';
import type { Html } from './layout.ts';
import { count } from './quantity.ts';
import { testFacts } from './test-facts.ts';

const KINDS = { development: 'Development', ad_hoc: 'Ad hoc', enterprise: 'Enterprise', app_store: 'App Store' };
const FAMILIES: Readonly<Record<string, string>> = { iphone: 'iPhone', ipad: 'iPad', tv: 'TV', vision: 'Vision' };

export function metadataFacts({ metadata, tests, createdAt }: Artifact): Fact[] {
  if (tests) return testFacts(tests);
  if (!metadata) return [];
  const version = [metadata.versionName, metadata.platform === 'ios' ? metadata.build : metadata.versionCode];
  const [name, number] = version;
  return [
    ...(metadata.label ? [['Name', html`<bdi>${metadata.label}</bdi>`] as Fact] : []),
    [metadata.platform === 'ios' ? 'Bundle id' : 'Package', html`<bdi>${metadata.package}</bdi>`],
    ['Version', html`<bdi>${[name, number === null ? null : `(${number})`].filter(Boolean).join(' ') || 'none'}</bdi>`],
    ...(metadata.platform === 'ios' ? iosFacts(metadata, createdAt) : androidFacts(metadata)),
    ...(metadata.debuggable ? [['Debuggable', 'yes'] as Fact] : []),
    ...(metadata.permissions.length > 0
      ? [['Permissions', names(count(metadata.permissions.length, 'permission'), metadata.permissions)] as Fact]
      : []),
  ];
}

function androidFacts(metadata: AndroidMetadata): Fact[] {
  const { instrumentation, modules, split } = metadata;
  return [
    ['SDK', `minimum ${metadata.minSdk ?? 'unknown'}, target ${metadata.targetSdk ?? 'unknown'}`],
    ['Runs on', metadata.abis.length > 0 ? metadata.abis.slice(0, 8).join(', ') : 'any processor'],
    ['Signing', signing(metadata.signing)],
    ...(modules ? [['Modules', html`<bdi>${modules.slice(0, MAX_NAMES).join(', ')}</bdi>`] as Fact] : []),
    ...(split === null ? [] : [['Split', html`<bdi>${split}</bdi>, not installable by itself`] as Fact]),
    ...(instrumentation
      ? [['Tests', html`<bdi>${instrumentation.target}</bdi>, with <bdi>${instrumentation.runner}</bdi>`] as Fact]
      : []),
  ];
}

function iosFacts(metadata: IosMetadata, uploadedAt: string): Fact[] {
  const families = metadata.deviceFamilies.map((family) => FAMILIES[family] ?? family).join(', ');
  return [
    ['iOS', `minimum ${metadata.minimumOs?.slice(0, 20) ?? 'unknown'}${families ? `, for ${families}` : ''}`],
    ['Runs on', metadata.abis.length > 0 ? metadata.abis.join(', ') : 'unknown'],
    ['Signing', metadata.signed ? 'has a code signature, which only a device can verify' : 'not signed'],
    ['Provisioning', provisioning(metadata.provisioning, uploadedAt)],
  ];
}

function provisioning(profile: IosMetadata['provisioning'], uploadedAt: string): Html | string {
  if (!profile) return 'no profile';
  const { expiresAt, devices } = profile;
  const team =
    [profile.teamName, profile.teamId && `(${profile.teamId})`].filter(Boolean).join(' ') || 'an unnamed team';
  const until = expiresAt && `${expiresAt < uploadedAt ? 'expired on' : 'until'} ${expiresAt.slice(0, 10)}`;
  const head = [KINDS[profile.kind], devices > 0 && `for ${count(devices, 'device')}`, until]
    .filter(Boolean)
    .join(', ');
  return html`${head}; by <bdi>${team}</bdi><br><bdi>${profile.name ?? ''}</bdi>
${names(count(profile.entitlements.length, 'entitlement'), profile.entitlements)}`;
}

function signing({ schemes, verified, certificates }: AndroidMetadata['signing']): Html | string {
  const [certificate] = certificates;
  if (!certificate) return schemes.length > 0 ? 'the signature does not verify' : 'not signed';
  const state = verified ? `${schemes.join(', ')}, verified` : 'the signature does not verify';
  const key = certificate.debug ? 'a debug key' : html`<bdi>${certificate.subject.slice(0, 200)}</bdi>`;
  return html`${state}; by ${key}<br><code class="digest">${certificate.sha256}</code>`;
}
