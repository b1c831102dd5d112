/**
 * Verifies Sigstore bundles without the network, against trusted roots that are at hand. The only importer of Sigstore's
 * libraries.
 */
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import {
  type SignedEntity,
  type TrustMaterial,
  toSignedEntity,
  toTrustMaterial,
  VerificationError,
  Verifier,
} from '@sigstore/verify';
import { BoundedBundle } from './bundle-limits.ts';
import { readIdentity } from './certificate-identity.ts';
import type { AttestationVerifier, Examined } from './port.ts';
import { readStatement } from './statement.ts';

const PUBLIC_GOOD = 'https://tuf-repo-cdn.sigstore.dev';

type Root = { material: TrustMaterial; verifier: Verifier };
type Doubt = Extract<Examined, { kind: 'doubtful' }>['reason'];

/**
 * @param roots trusted roots in Sigstore's JSON form; null: the public-good instance, as its library carries it
 * @throws when one is none
 */
export function openSigstore(roots: readonly unknown[] | null): AttestationVerifier {
  const known = (roots ?? [publicGoodRoot()]).map(openRoot);
  return {
    examine(bundle) {
      try {
        return examine(bundle, known);
      } catch (error) {
        return { kind: 'doubtful', reason: doubtOf(error) };
      }
    },
  };
}

function publicGoodRoot(): unknown {
  return JSON.parse(Buffer.from(seeds[PUBLIC_GOOD].targets['trusted_root.json'], 'base64').toString('utf8'));
}

/** Demands as much as the root can vouch for: GitHub's own instance, for private repositories, has no public logs. */
function openRoot(json: unknown): Root {
  const root = TrustedRoot.fromJSON(json);
  if (root.certificateAuthorities.length === 0) throw new Error('a trusted root names no certificate authority');
  const material = toTrustMaterial(root);
  const atLeast = (some: readonly unknown[]): number => (some.length > 0 ? 1 : 0);
  return {
    material,
    verifier: new Verifier(material, {
      tlogThreshold: atLeast(root.tlogs),
      ctlogThreshold: atLeast(root.ctlogs),
      timestampThreshold: 1,
    }),
  };
}

function examine(json: unknown, roots: readonly Root[]): Examined {
  const bundle = bundleFromJSON(BoundedBundle.parse(json));
  const entity = toSignedEntity(bundle);
  if (bundle.content.$case !== 'dsseEnvelope' || entity.key.$case !== 'certificate') {
    return { kind: 'doubtful', reason: 'malformed' };
  }
  const digests = readStatement(bundle.content.dsseEnvelope.payload);
  if (!digests) return { kind: 'other' };
  const { certificate } = entity.key;
  const named = roots.filter(({ material }) =>
    material.certificateAuthorities.some(({ certChain }) =>
      certChain.some((authority) => authority.subject.equals(certificate.issuer)),
    ),
  );
  verifyWithOne(entity, named);
  const textOf = (oid: string): string => certificate.extension(oid)?.valueObj.subs[0]?.value.toString('utf8') ?? '';
  return { kind: 'vouched', attested: { digests, ...readIdentity(textOf) } };
}

/** All that vouches for it is of one root, so that a stricter one is not made up for by another. */
function verifyWithOne(entity: SignedEntity, roots: readonly Root[]): void {
  let refusal: unknown = new VerificationError({ code: 'CERTIFICATE_ERROR', message: 'no root has its authority' });
  for (const { verifier } of roots) {
    try {
      verifier.verify(entity);
      return;
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

function doubtOf(error: unknown): Doubt {
  if (!(error instanceof VerificationError)) return 'malformed';
  if (error.code.startsWith('TLOG_')) return 'log';
  if (error.code === 'CERTIFICATE_ERROR') return 'authority';
  if (error.code === 'TIMESTAMP_ERROR') return 'timestamp';
  return error.code === 'SIGNATURE_ERROR' ? 'signature' : 'malformed';
}
