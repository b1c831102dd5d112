/** An API token as its row keeps it. */
import type { Selectable } from 'kysely';
import type { Context } from '../context.ts';
import type { ApiTokenView } from '../contract/api-tokens.ts';
import type { TenantTables } from '../db/tenant-tables.ts';

export type ApiTokenRow = Selectable<TenantTables['capabilities']>;

const place = (id: string): string => `capabilities.sealed_name|${id}`;

export function sealTokenName(ctx: Context, projectId: string, id: string, name: string): Promise<Buffer> {
  return ctx.keys.seal(projectId, place(id), name);
}

export async function apiTokenView(ctx: Context, row: ApiTokenRow): Promise<ApiTokenView> {
  const name = await ctx.keys.open(row.project_id, place(row.id), row.sealed_name!);
  return {
    tokenId: row.id,
    name: name.toString('utf8'),
    projectId: row.project_id,
    scopes: row.operations as ApiTokenView['scopes'],
    hint: row.hint!,
    createdBy: row.created_by!,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
