/** Routes of uploads and artifacts. */
import * as z from 'zod/mini';
import { Artifact, OpenedUpload, OpenUpload, Part, PartList, PartsOf } from './artifacts.ts';
import { idSchema } from './ids.ts';
import { bytes, denied, json, type Route } from './route.ts';

const artifactId = { id: idSchema('artifact') };

export const ARTIFACT_ROUTES = {
  openUpload: {
    method: 'post',
    path: '/v1/artifacts',
    summary: 'Open an upload',
    access: { who: 'machine', operation: 'artifact:create' },
    request: json(OpenUpload),
    response: { status: 201, description: 'Where to send the parts', body: json(OpenedUpload) },
    errors: [...denied, 'invalid_request', 'too_large', 'quota_exceeded'],
  },
  putPart: {
    method: 'put',
    path: '/v1/artifacts/{id}/parts/{number}',
    summary: 'Send one part of at most 8 MiB, of the file or of the difference, in any order, repeatable',
    access: { who: 'machine', operation: 'artifact:create' },
    params: { ...artifactId, number: z.coerce.number().check(z.int(), z.minimum(1), z.maximum(512)) },
    query: { of: PartsOf },
    headers: {
      'Content-Length': { schema: z.string(), required: true, description: 'Bytes of the part' },
      'Content-Digest': { schema: z.string(), required: true, description: 'RFC 9530: sha-256=:base64:' },
    },
    request: bytes,
    response: { status: 200, description: 'The part is stored', body: json(Part) },
    errors: [
      ...denied,
      'invalid_request',
      'not_found',
      'conflict',
      'length_required',
      'too_large',
      'digest_mismatch',
      'size_mismatch',
    ],
  },
  listParts: {
    method: 'get',
    path: '/v1/artifacts/{id}/parts',
    summary: 'Which parts have arrived',
    access: { who: 'machine', operation: 'artifact:create' },
    params: artifactId,
    response: { status: 200, description: 'The parts', body: json(PartList) },
    errors: [...denied, 'not_found'],
  },
  readPrior: {
    method: 'get',
    path: '/v1/artifacts/{id}/prior',
    summary: 'Read the signatures of the nearest earlier artifact, from which the difference is made',
    access: { who: 'machine', operation: 'artifact:create' },
    params: artifactId,
    headers: {
      Range: { schema: z.string(), required: true, description: 'RFC 9110: bytes=first-last, at most 8 MiB' },
    },
    response: { status: 206, description: 'The bytes of the range', body: bytes },
    errors: [...denied, 'invalid_request', 'not_found', 'gone'],
  },
  completeUpload: {
    method: 'post',
    path: '/v1/artifacts/{id}/complete',
    summary: 'Join or rebuild the file, check size and digest, read the metadata, and make it an artifact',
    access: { who: 'machine', operation: 'artifact:create' },
    params: artifactId,
    query: { of: PartsOf },
    response: { status: 200, description: 'The artifact', body: json(Artifact) },
    errors: [
      ...denied,
      'invalid_request',
      'not_found',
      'conflict',
      'prior_mismatch',
      'digest_mismatch',
      'invalid_artifact',
    ],
  },
  readArtifact: {
    method: 'get',
    path: '/v1/artifacts/{id}',
    summary: 'Read an artifact and its metadata',
    access: { who: 'machine or person', operation: 'artifact:read' },
    params: artifactId,
    response: { status: 200, description: 'The artifact', body: json(Artifact) },
    errors: [...denied, 'not_found', 'gone'],
  },
  readArtifactIcon: {
    method: 'get',
    path: '/v1/artifacts/{id}/icon',
    summary: "Read the app's icon, a PNG or WebP of at most 64 KiB",
    access: { who: 'machine or person', operation: 'artifact:read' },
    params: artifactId,
    response: { status: 200, description: 'The picture', body: { contentType: 'image/*', schema: z.string() } },
    errors: [...denied, 'not_found', 'gone'],
  },
  deleteArtifact: {
    method: 'delete',
    path: '/v1/artifacts/{id}',
    summary: 'Forget an artifact now',
    access: { who: 'machine or person', operation: 'artifact:delete' },
    params: artifactId,
    response: { status: 204, description: 'It can no longer be read; its bytes are being deleted' },
    errors: [...denied, 'not_found'],
  },
} as const satisfies Record<string, Route>;
