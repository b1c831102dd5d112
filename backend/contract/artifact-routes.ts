/** Routes of uploads and artifacts. */
import * as z from 'zod/mini';
import { Artifact, OpenedUpload, OpenUpload, Part, PartList } from './artifacts.ts';
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
    summary: 'Send one part of at most 8 MiB, in any order, repeatable',
    access: { who: 'machine', operation: 'artifact:create' },
    params: { ...artifactId, number: z.coerce.number().check(z.int(), z.minimum(1), z.maximum(512)) },
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
  completeUpload: {
    method: 'post',
    path: '/v1/artifacts/{id}/complete',
    summary: 'Check size and digest, read the metadata, and make it an artifact',
    access: { who: 'machine', operation: 'artifact:create' },
    params: artifactId,
    response: { status: 200, description: 'The artifact', body: json(Artifact) },
    errors: [...denied, 'not_found', 'conflict', 'digest_mismatch', 'size_mismatch', 'invalid_artifact'],
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
