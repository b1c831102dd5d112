/** The audit log as it travels: its entries, its signed checkpoints, and proofs. */
import * as z from 'zod/mini';

export const AuditOutcome = z.enum(['allowed', 'denied']);

/** An entry of the log. Its RFC 8785 form is what is hashed: ids and numbers, and nothing that a person wrote. */
export const AuditEntry = z.object({
  /** Its place, from 0 without a gap. */
  seq: z.int(),
  /** When it was done, to the microsecond. */
  at: z.string(),
  code: z.string(),
  outcome: AuditOutcome,
  /** Who: a kind, and for people and tokens an id, as in `person:per_…`. */
  actor: z.string(),
  object: z.nullable(z.string()),
  requestId: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** The server did not write this: somebody put it into its database, or changed it there before it was numbered. */
  foreign: z.optional(z.literal(true)),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z.object({ entries: z.array(AuditEntry), cursor: z.nullable(z.string()) });
export type AuditPage = z.infer<typeof AuditPage>;

export const AuditCheckpoint = z.object({
  /** The public key with its name, as C2SP's signed notes write it. */
  key: z.string(),
  /** The newest signed checkpoint (C2SP tlog-checkpoint); null before the first. */
  checkpoint: z.nullable(z.string()),
  size: z.int(),
  signedAt: z.nullable(z.string()),
});
export type AuditCheckpoint = z.infer<typeof AuditCheckpoint>;

const Hashes = z.array(z.string());
const Size = z.int();

/** Of RFC 6962; hashes in base64. */
export const AuditProof = z.union([
  z.object({ seq: z.int(), size: Size, entry: AuditEntry, leafHash: z.string(), inclusion: Hashes }),
  z.object({ from: Size, size: Size, consistency: Hashes }),
]);
export type AuditProof = z.infer<typeof AuditProof>;

const Whole = z.string().check(z.regex(/^(0|[1-9]\d{0,14})$/));
const Word = z.string().check(z.minLength(1), z.maxLength(200));

export const AuditFilters = {
  code: z.optional(Word),
  outcome: z.optional(AuditOutcome),
  actor: z.optional(Word),
  object: z.optional(Word),
  since: z.optional(z.iso.datetime({ offset: true })),
  until: z.optional(z.iso.datetime({ offset: true })),
};
export type AuditFilters = { [K in keyof typeof AuditFilters]?: z.infer<(typeof AuditFilters)[K]> };

/** `seq` asks that an entry is in the log of `size` entries, `from` that this log begins with the log of `from`. */
export const ProofQuery = { seq: z.optional(Whole), from: z.optional(Whole), size: z.optional(Whole) };
export type ProofQuery = { [K in keyof typeof ProofQuery]?: string | undefined };
