/** What an attestation says: an in-toto statement about files by their digests. */
import * as z from 'zod';

/** How a build is told of (SLSA); lists of parts and test results are attested too, and say nothing of where a file is from. */
const BUILD = 'https://slsa.dev/provenance/v1';
const MAX_FILES = 10_000;

const Statement = z.object({
  _type: z.literal(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']),
  predicateType: z.string(),
  subject: z
    .array(z.object({ digest: z.record(z.string(), z.string()) }))
    .min(1)
    .max(MAX_FILES),
});

/**
 * SHA-256 digests of the files that were built; null: it tells of something else than a build.
 * @throws when it is no statement
 */
export function readStatement(payload: Uint8Array): Set<string> | null {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
  const { predicateType, subject } = Statement.parse(JSON.parse(text));
  if (predicateType !== BUILD) return null;
  return new Set(subject.flatMap(({ digest }) => digest.sha256 ?? []));
}
