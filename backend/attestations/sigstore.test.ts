import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readConfig } from '../config.ts';
import { type BuildClaims, type Bundle, type Sigstore, startSigstore } from '../testing/sigstore.ts';
import { openDoors } from '../wire.ts';
import { openSigstore } from './sigstore.ts';

const digest = createHash('sha256').update('app').digest('hex');
const claims: BuildClaims = {
  issuer: 'https://token.actions.githubusercontent.com',
  repository: 'acme/app',
  repositoryId: '9001',
  ownerId: '3001',
  commit: '1f2e3d4c5b6a79880716253443526170a9b8c7d6',
};

describe.each([
  ['with public logs', true],
  ['with a timestamp authority only', false],
])('an instance %s', (_, hasLogs) => {
  let sigstore: Sigstore;
  let bundle: Bundle;
  beforeAll(async () => {
    sigstore = await startSigstore({ hasLogs });
    bundle = await sigstore.attest(digest, claims);
  });
  const examine = (what: unknown) => openSigstore([sigstore.root]).examine(what);
  const altered = (alter: (copy: Bundle) => void): Bundle => {
    const copy = structuredClone(bundle);
    alter(copy);
    return copy;
  };
  const reencoded = (text: string, alter: (bytes: Buffer) => void): string => {
    const bytes = Buffer.from(text, 'base64');
    alter(bytes);
    return bytes.toString('base64');
  };

  test('vouches for the digest and the build', () => {
    expect(examine(bundle)).toEqual({
      kind: 'vouched',
      attested: {
        digests: new Set([digest]),
        issuer: claims.issuer,
        repositoryId: '9001',
        ownerId: '3001',
        build: {
          repository: 'acme/app',
          workflow: '.github/workflows/build.yml',
          commit: claims.commit,
          runUrl: 'https://github.com/acme/app/actions/runs/88001/attempts/1',
          runner: 'github-hosted',
        },
      },
    });
  });

  test('is found among several roots, in any order', async () => {
    const other = await startSigstore({ hasLogs: !hasLogs });
    for (const roots of [
      [sigstore.root, other.root],
      [other.root, sigstore.root],
    ]) {
      expect(openSigstore(roots).examine(bundle)).toMatchObject({ kind: 'vouched' });
    }
  });

  test('is not believed by who has another root', async () => {
    const other = await startSigstore({ hasLogs });
    const refused = { kind: 'doubtful', reason: expect.stringMatching(/^(?:authority|timestamp)$/) };
    expect(openSigstore([other.root]).examine(bundle)).toEqual(refused);
    expect(openSigstore(null).examine(bundle)).toEqual({ kind: 'doubtful', reason: 'authority' });
  });

  test('does not vouch for a signature made after the certificate had expired', async () => {
    const late = await sigstore.attest(digest, claims, { signedAfterMinutes: 11 });
    expect(examine(late)).toEqual({ kind: 'doubtful', reason: 'authority' });
    expect(examine(await sigstore.attest(digest, claims, { signedAfterMinutes: 9 }))).toMatchObject({
      kind: 'vouched',
    });
  });

  test.each<[string, (copy: Bundle) => void]>([
    ['the statement', (copy) => (copy.dsseEnvelope.payload = changedStatement(copy.dsseEnvelope.payload))],
    ['the signature', (copy) => (copy.dsseEnvelope.signatures[0]!.sig = flipped(copy.dsseEnvelope.signatures[0]!.sig))],
    [
      'the certificate',
      ({ verificationMaterial: { certificate } }) => (certificate.rawBytes = flipped(certificate.rawBytes)),
    ],
    [
      'its time',
      ({ verificationMaterial: material }) => {
        if (!hasLogs) {
          material.timestampVerificationData = {};
          return;
        }
        const [entry] = material.tlogEntries;
        entry!.integratedTime = String(Number(entry!.integratedTime) + 60);
      },
    ],
    ['the media type', (copy) => (copy.mediaType = 'application/json')],
    ['the payload type', (copy) => (copy.dsseEnvelope.payloadType = 'text/plain')],
    ['a second signature', (copy) => copy.dsseEnvelope.signatures.push(copy.dsseEnvelope.signatures[0]!)],
  ])('vouches for nothing when %s is changed', (_what, alter) => {
    expect(examine(altered(alter))).toMatchObject({ kind: 'doubtful' });
  });

  test('with any character changed vouches for nothing else', () => {
    const text = JSON.stringify(bundle);
    const original = examine(bundle);
    const position = fc.nat({ max: text.length - 1 });
    fc.assert(
      fc.property(position, fc.constantFrom(...'Aa0/"{:,'), (at, character) => {
        const changed = parsed(text.slice(0, at) + character + text.slice(at + 1));
        const examined = examine(changed);
        if (examined.kind === 'vouched') expect(examined).toEqual(original);
      }),
      { numRuns: 200 },
    );
  });

  test('says what does not hold', () => {
    const signature = altered((copy) => {
      copy.dsseEnvelope.signatures[0]!.sig = reencoded(copy.dsseEnvelope.signatures[0]!.sig, (bytes) => {
        bytes[bytes.length - 1]! ^= 1;
      });
    });
    expect(examine(signature)).toEqual({ kind: 'doubtful', reason: hasLogs ? 'log' : 'timestamp' });
  });

  test('is believed in the older form, with a chain of certificates, and nulls for what is absent', () => {
    const { certificate, ...material } = bundle.verificationMaterial;
    const older = {
      ...bundle,
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2',
      messageSignature: null,
      verificationMaterial: {
        timestampVerificationData: null,
        ...material,
        publicKey: null,
        certificate: null,
        x509CertificateChain: { certificates: [certificate] },
      },
    };
    expect(examine(older)).toEqual(examine(bundle));
  });

  test('vouches for a certificate that is of no CI job, which then is of no repository', async () => {
    const nobody = { issuer: '', repository: '', repositoryId: '', ownerId: '', commit: '' };
    expect(examine(await sigstore.attest(digest, nobody))).toMatchObject({
      kind: 'vouched',
      attested: { issuer: '', repositoryId: '', ownerId: '', build: { commit: '' } },
    });
  });

  test('does not take a list of parts for a build', async () => {
    const parts = await sigstore.attest(digest, claims, { predicateType: 'https://spdx.dev/Document/v2.3' });
    expect(examine(parts)).toEqual({ kind: 'other' });
  });
});

describe('with public logs', () => {
  test('a signature without its log entry is not enough, whoever stamped it', async () => {
    const sigstore = await startSigstore({ hasLogs: true });
    const bundle = await sigstore.attest(digest, claims);
    const entries = bundle.verificationMaterial.tlogEntries;
    bundle.verificationMaterial.tlogEntries = [];
    expect(openSigstore([sigstore.root]).examine(bundle)).toEqual({ kind: 'doubtful', reason: 'timestamp' });
    bundle.verificationMaterial.tlogEntries = [entries[0]!, entries[0]!];
    expect(openSigstore([sigstore.root]).examine(bundle)).toMatchObject({ kind: 'doubtful' });
  });
});

describe('hostile bundles', () => {
  const deep = (depth: number) => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as unknown;
  let sigstore: Sigstore;
  let bundle: Bundle;
  beforeAll(async () => {
    sigstore = await startSigstore({ hasLogs: false });
    bundle = await sigstore.attest(digest, claims);
  });
  const withEnvelope = (more: object) => ({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, ...more } });
  const withMaterial = (more: object) => ({
    ...bundle,
    verificationMaterial: { ...bundle.verificationMaterial, ...more },
  });

  test.each<[string, () => unknown]>([
    ['nothing', () => null],
    ['a text', () => 'bundle'],
    ['a list', () => []],
    ['no fields', () => ({})],
    ['what is nested a thousand deep', () => deep(1_000)],
    ['a public key instead of a certificate', () => withMaterial({ certificate: undefined, publicKey: { hint: 'x' } })],
    ['no certificate', () => withMaterial({ certificate: undefined })],
    ['a certificate that is none', () => withMaterial({ certificate: { rawBytes: 'AAAA' } })],
    ['a certificate of nested octets', () => withMaterial({ certificate: { rawBytes: nestedOctets() } })],
    ['a certificate too large', () => withMaterial({ certificate: { rawBytes: 'A'.repeat(100_000) } })],
    ['a thousand log entries', () => withMaterial({ tlogEntries: Array(1_000).fill({ canonicalizedBody: '' }) })],
    ['a statement of 2 MiB', () => withEnvelope({ payload: 'A'.repeat(2_800_000) })],
    ['a statement that is no JSON', () => withEnvelope({ payload: 'AAAA' })],
    ['a statement that is not UTF-8', () => withEnvelope({ payload: Buffer.from([0xff, 0xfe]).toString('base64') })],
    ['a statement of no file', () => withEnvelope({ payload: Buffer.from('{"subject":[]}').toString('base64') })],
  ])('%s is malformed', (_, make) => {
    expect(openSigstore([sigstore.root]).examine(make())).toEqual({ kind: 'doubtful', reason: 'malformed' });
  });

  test('a signed statement of ten thousand files and one is malformed, of a thousand it is read', async () => {
    const { examine } = openSigstore([sigstore.root]);
    expect(examine(await sigstore.attest(digest, claims, { otherFiles: 10_000 }))).toMatchObject({ kind: 'doubtful' });
    expect(examine(await sigstore.attest(digest, claims, { otherFiles: 1_000 }))).toMatchObject({ kind: 'vouched' });
  });
});

describe('a trusted root', () => {
  test.each([
    ['no authority', {}],
    [
      'a certificate that is none',
      { certificateAuthorities: [{ certChain: { certificates: [{ rawBytes: 'AAAA' }] } }] },
    ],
  ])('of %s is refused at the start', async (_, root) => {
    expect(() => openSigstore([root])).toThrow();
    const config = { ...readConfig({}), trustedRoots: [root] };
    await expect(openDoors(config, 'http://127.0.0.1:4680')).rejects.toThrow(/^SIGSTORE_TRUSTED_ROOT: holds a/);
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const flipped = (text: string): string => {
  const bytes = Buffer.from(text, 'base64');
  bytes[bytes.length - 20]! ^= 1;
  return bytes.toString('base64');
};

const changedStatement = (text: string): string =>
  Buffer.from(Buffer.from(text, 'base64').toString('utf8').replace(digest, 'f'.repeat(64))).toString('base64');

/** Each may hold the next, so that a parser without bounds goes down with them. */
function nestedOctets(): string {
  let bytes = Buffer.from([4, 0]);
  while (bytes.length < 15_000)
    bytes = Buffer.concat([Buffer.from([4, 0x82, bytes.length >> 8, bytes.length & 255]), bytes]);
  return bytes.toString('base64');
}
