/** Uploads and artifacts as they travel. */
import * as z from 'zod/mini';
import { ArtifactMetadata } from './artifact-metadata.ts';
import { ArtifactTests } from './artifact-tests.ts';
import { idSchema } from './ids.ts';
import { Provenance } from './provenance.ts';
import { ArtifactKind } from './terms.ts';

/** Bytes of the largest part. */
export const MAX_PART_SIZE = 8 * 1024 * 1024;
/** Bytes of the largest artifact: what the farms take at most. */
export const MAX_ARTIFACT_SIZE = 4 * 1024 * 1024 * 1024;

export const Sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const FileName = z.string().check(z.minLength(1), z.maxLength(255), z.regex(/^[^/\\\p{Cc}]+$/u));

export const OpenUpload = z.strictObject({
  name: FileName,
  /** Left out: read from the file. */
  kind: z.optional(ArtifactKind),
  size: z.int().check(z.positive(), z.maximum(MAX_ARTIFACT_SIZE)),
  sha256: Sha256,
  /** What the client can send. */
  can: z._default(z.array(z.enum(['whole', 'delta'])), ['whole']),
});
export type OpenUpload = z.infer<typeof OpenUpload>;

export const UploadState = z.enum(['uploading', 'complete']);

export const OpenedUpload = z.object({
  artifactId: idSchema('artifact'),
  state: UploadState,
  /** Bytes of every part but the last. */
  partSize: z.int(),
  /** How a part of the file may be compressed for the way (Content-Encoding). */
  encodings: z.optional(z.array(z.string())),
  /** An upload of this file that was broken off goes on: so many of its parts are there, and need not be sent again. */
  arrived: z.optional(z.int()),
  /**
   * There is an earlier artifact to which the difference may be sent. Bytes of its file and of its signatures; the index
   * that those begin with, in Base64, where it is short; bytes of a difference up to which it may come with the completion.
   */
  prior: z.optional(
    z.object({
      size: z.int(),
      signatures: z.int(),
      index: z.optional(z.string()),
      along: z.optional(z.int()),
    }),
  ),
});
export type OpenedUpload = z.infer<typeof OpenedUpload>;

/** Bytes of a difference up to which it may come with the completion, instead of in parts before. */
export const MAX_ALONG = 256 * 1024;

/** What parts are of, and what an upload is completed from. */
export const PartsOf = z._default(z.enum(['file', 'difference']), 'file');
export type PartsOf = z.infer<typeof PartsOf>;

export const Part = z.object({ number: z.int(), size: z.int(), sha256: Sha256 });
export type Part = z.infer<typeof Part>;

export const PartList = z.object({ parts: z.array(Part) });
export type PartList = z.infer<typeof PartList>;

export const Artifact = z.object({
  artifactId: idSchema('artifact'),
  name: z.string(),
  kind: z.nullable(ArtifactKind),
  size: z.int(),
  sha256: Sha256,
  state: UploadState,
  /** Of an app or a test APK; null for a zip of tests. */
  metadata: z.nullable(ArtifactMetadata),
  /** Left out until the code host was asked. */
  provenance: z.optional(Provenance),
  /** Of a zip of tests. */
  tests: z.optional(ArtifactTests),
  /** There is a picture of it to be read. */
  icon: z.optional(z.boolean()),
  createdAt: z.iso.datetime(),
  /** When retention forgets it. */
  expiresAt: z.iso.datetime(),
});
export type Artifact = z.infer<typeof Artifact>;
