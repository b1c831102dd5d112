/**
 * A Sigstore instance of its own, which attests builds as a workflow does: with public logs, as for public repositories,
 * or with a timestamp authority only, as GitHub's own for private ones.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';

/** What the certificate says of the CI job; the numbers are strings, as in its identity token. */
export type BuildClaims = {
  issuer: string;
  repository: string;
  repositoryId: string;
  ownerId: string;
  commit: string;
};

export type Changes = {
  /** Minutes after the certificate was given out. It is good for ten. */
  signedAfterMinutes?: number;
  predicateType?: string;
  /** Instead of the statement. */
  payload?: string;
  /** Names of files beside the one. */
  otherFiles?: number;
};

export type Sigstore = {
  /** Its trusted root, in Sigstore's JSON form. */
  root: object;
  attest(sha256: string, claims: BuildClaims, changes?: Changes): Promise<Bundle>;
};

/** In JSON form; a test may alter it. */
export type Bundle = {
  mediaType: string;
  verificationMaterial: { certificate: { rawBytes: string }; tlogEntries: LogEntry[]; [more: string]: unknown };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
};
type LogEntry = { canonicalizedBody: string; integratedTime: string; [more: string]: unknown };

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const FULCIO = '1.3.6.1.4.1.57264.1';
const LOG_URL = 'https://rekor.example';
const MINUTE_MS = 60_000;

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const largerKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-384' });
const base64 = (bytes: ArrayBufferView | Uint8Array): string => Buffer.from(bytes as Uint8Array).toString('base64');

export async function startSigstore({ hasLogs }: { hasLogs: boolean }): Promise<Sigstore> {
  const logKeys = newKeys();
  const certificateLog = hasLogs ? await initializeCTLog(newKeys()) : undefined;
  const authority = await initializeCA(largerKeys(), certificateLog);
  const stampKeys = largerKeys();
  const stamps = await initializeTSA(stampKeys);
  const log = await initializeTLog(LOG_URL, logKeys);
  const validFor = { start: new Date(Date.now() - MINUTE_MS).toISOString() };
  const key = (publicKey: Uint8Array) => ({
    rawBytes: base64(publicKey),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor,
  });
  const logOf = (publicKey: Uint8Array) => ({
    baseUrl: LOG_URL,
    hashAlgorithm: 'SHA2_256',
    publicKey: key(publicKey),
    logId: { keyId: base64(createHash('sha256').update(publicKey).digest()) },
  });
  const chain = (...certificates: ArrayBufferView[]) => ({
    certificates: certificates.map((each) => ({ rawBytes: base64(each) })),
  });
  return {
    root: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: hasLogs ? [logOf(log.publicKey)] : [],
      ctlogs: certificateLog ? [logOf(certificateLog.publicKey)] : [],
      certificateAuthorities: [{ certChain: chain(authority.rootCertificate), validFor }],
      timestampAuthorities: hasLogs
        ? []
        : [{ certChain: chain(stamps.intCertificate, stamps.rootCertificate), validFor }],
    },
    async attest(sha256, claims, changes = {}) {
      const { publicKey, privateKey } = newKeys();
      const certificate = await authority.issueCertificate({
        publicKey: publicKey.export({ format: 'der', type: 'spki' }),
        subjectAltName: `https://github.com/${claims.repository}/.github/workflows/build.yml@refs/pull/7/merge`,
        extensions: extensionsOf(claims),
      });
      const payload = Buffer.from(changes.payload ?? statementOf(sha256, changes));
      const sig = sign('sha256', preAuthEncoding(payload), privateKey);
      // The library that reads timestamps takes no fraction of a second but one of three digits.
      const now = Math.floor(Date.now() / 1000) * 1000;
      const at = new Date(now + (changes.signedAfterMinutes ?? 0) * MINUTE_MS);
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          certificate: { rawBytes: base64(certificate) },
          ...(hasLogs
            ? { tlogEntries: [await logged(logKeys, at, { payload, sig, certificate: base64(certificate) })] }
            : { tlogEntries: [], timestampVerificationData: { rfc3161Timestamps: [await stamp(stampKeys, at, sig)] } }),
        },
        dsseEnvelope: { payload: base64(payload), payloadType: PAYLOAD_TYPE, signatures: [{ sig: base64(sig) }] },
      };
    },
  };

  async function stamp(keys: { privateKey: KeyObject; publicKey: KeyObject }, at: Date, sig: Buffer) {
    // The same authority with another clock: keys, names and serial numbers are what it is known by.
    const clock = await initializeTSA(keys, at);
    const signedTimestamp = await clock.timestamp({
      artifactHash: createHash('sha256').update(sig).digest(),
      hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
      nonce: 1,
      policyOID: '1.2.3.4',
      certReq: false,
    });
    return { signedTimestamp: base64(signedTimestamp) };
  }
}

function extensionsOf(claims: BuildClaims) {
  const url = `https://github.com/${claims.repository}`;
  const values: Record<number, string> = {
    8: claims.issuer,
    9: `${url}/.github/workflows/build.yml@refs/pull/7/merge`,
    11: 'github-hosted',
    12: url,
    13: claims.commit,
    15: claims.repositoryId,
    17: claims.ownerId,
    18: `${url}/.github/workflows/build.yml@refs/pull/7/merge`,
    21: `${url}/actions/runs/88001/attempts/1`,
  };
  // What is not said is not there.
  return Object.entries(values).flatMap(([number, value]) => (value ? [{ oid: `${FULCIO}.${number}`, value }] : []));
}

function statementOf(sha256: string, { predicateType, otherFiles = 0 }: Changes): string {
  const others = Array.from({ length: otherFiles }, (_, index) => ({
    name: `lib${index}.so`,
    digest: { sha256: createHash('sha256').update(String(index)).digest('hex') },
  }));
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...others, { name: 'app.apk', digest: { sha256 } }],
    predicateType: predicateType ?? 'https://slsa.dev/provenance/v1',
    predicate: { buildDefinition: {} },
  });
}

/** What is signed of a DSSE envelope. */
function preAuthEncoding(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload]);
}

/** The entry of the signature in the transparency log, as Rekor gives it. */
async function logged(
  keys: { privateKey: KeyObject; publicKey: KeyObject },
  at: Date,
  { payload, sig, certificate }: { payload: Buffer; sig: Buffer; certificate: string },
): Promise<LogEntry> {
  const hash = (bytes: Buffer) => ({ algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') });
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
  const log = await initializeTLog(LOG_URL, keys, at);
  const entries = await log.log({
    kind: 'dsse',
    apiVersion: '0.0.1',
    spec: {
      signatures: [{ signature: sig.toString('base64'), verifier: Buffer.from(pem).toString('base64') }],
      payloadHash: hash(payload),
      envelopeHash: hash(payload),
    },
  });
  const [entry] = Object.values(entries) as {
    body: string;
    integratedTime: number;
    logID: string;
    logIndex: number;
    verification: {
      signedEntryTimestamp: string;
      inclusionProof: { treeSize: number; rootHash: string; checkpoint: string };
    };
  }[];
  const { signedEntryTimestamp, inclusionProof } = entry!.verification;
  return {
    logIndex: String(entry!.logIndex),
    logId: { keyId: Buffer.from(entry!.logID, 'hex').toString('base64') },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: String(entry!.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: '0',
      treeSize: String(inclusionProof.treeSize),
      rootHash: Buffer.from(inclusionProof.rootHash, 'hex').toString('base64'),
      hashes: [],
      checkpoint: { envelope: inclusionProof.checkpoint },
    },
    canonicalizedBody: entry!.body,
  };
}
