/** Routes of the audit log and of what proves it. */
import * as z from 'zod/mini';
import { AuditCheckpoint, AuditFilters, AuditPage, AuditProof, ProofQuery } from './audit.ts';
import { cursor, denied, json, type Route } from './route.ts';

const access = { who: 'machine or person', operation: 'admin' } as const;

export const AUDIT_ROUTES = {
  listAudit: {
    method: 'get',
    path: '/v1/audit',
    summary: 'List the audit log, newest first',
    access,
    query: { cursor, ...AuditFilters },
    response: { status: 200, description: 'A page', body: json(AuditPage) },
    errors: [...denied, 'invalid_request'],
  },
  readAuditCheckpoint: {
    method: 'get',
    path: '/v1/audit/checkpoint',
    summary: 'Read the newest signed checkpoint, and the key that it is signed with',
    access,
    response: { status: 200, description: 'The checkpoint', body: json(AuditCheckpoint) },
    errors: [...denied],
  },
  proveAudit: {
    method: 'get',
    path: '/v1/audit/proof',
    summary: 'Prove that an entry is in the log, or that the log extends an earlier one',
    access,
    query: ProofQuery,
    response: { status: 200, description: 'The proof', body: json(AuditProof) },
    errors: [...denied, 'invalid_request'],
  },
  exportAudit: {
    method: 'get',
    path: '/v1/audit/export',
    summary: 'Export the whole log as JSON lines, for `audit verify`',
    access,
    response: {
      status: 200,
      description: 'JSON lines',
      body: { contentType: 'application/jsonl', schema: z.string() },
    },
    errors: [...denied],
  },
} as const satisfies Record<string, Route>;
