/** How large a bundle may be, before a library looks at it: the host's answer is as hostile as what was uploaded. */
import * as z from 'zod';

/** Characters of Base64. */
const bytes = (max: number) => z.string().max(Math.ceil((max * 4) / 3) + 4);

/** GitHub takes at most 16 MiB of a predicate; the statement of a build is a few KiB, and has a line for each file. */
const MAX_STATEMENT = 1024 * 1024;
const MAX_CERTIFICATE = 16 * 1024;
const MAX_LOG_ENTRY = 256 * 1024;

const Certificate = z.object({ rawBytes: bytes(MAX_CERTIFICATE) });
const LogEntry = z.looseObject({
  canonicalizedBody: bytes(MAX_LOG_ENTRY),
  inclusionProof: z
    .looseObject({
      hashes: z.array(bytes(64)).max(64).nullish(),
      checkpoint: z.object({ envelope: z.string().max(MAX_CERTIFICATE) }).nullish(),
    })
    .nullish(),
});

/** What is not named here is not read. What is absent may be null, as in any JSON of protocol buffers. */
export const BoundedBundle = z.object({
  mediaType: z.string().max(100),
  dsseEnvelope: z.object({
    payload: bytes(MAX_STATEMENT),
    payloadType: z.literal('application/vnd.in-toto+json'),
    signatures: z.array(z.object({ sig: bytes(1024) })).length(1),
  }),
  verificationMaterial: z.object({
    certificate: Certificate.nullish(),
    x509CertificateChain: z.object({ certificates: z.array(Certificate).min(1).max(5) }).nullish(),
    tlogEntries: z.array(LogEntry).max(4).nullish(),
    timestampVerificationData: z
      .object({
        rfc3161Timestamps: z
          .array(z.object({ signedTimestamp: bytes(MAX_CERTIFICATE) }))
          .max(4)
          .nullish(),
      })
      .nullish(),
  }),
});
