/** Writes, numbers, signs and exports a tenant's audit log, a step at a time. */
import { appendAudit } from '../audit/append.ts';
import { exportAudit } from '../audit/export.ts';
import { numberEntries } from '../audit/number-entries.ts';
import { signCheckpoints } from '../audit/sign-checkpoint.ts';
import type { Context } from '../context.ts';

/** One action each, with an entry. */
export async function act(ctx: Context, count: number, code = 'test.done'): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await ctx.write(({ tx }) => appendAudit(ctx, tx, { code, object: `obj_${index}`, detail: { index, half: 0.5 } }));
  }
}

/** @returns how many entries were numbered */
export async function number(ctx: Context, whole = false): Promise<number> {
  return (await numberEntries({ ctx, input: { whole } })).numbered;
}

/** Signs as if so many minutes had passed. */
export function sign(ctx: Context, minutes = 0): Promise<void> {
  const now = new Date(ctx.now().getTime() + minutes * 60_000);
  return signCheckpoints({ ctx: { ...ctx, now: () => now } });
}

export async function checkpoints(ctx: Context): Promise<{ size: number; note: string }[]> {
  return ctx.db.selectFrom('audit_checkpoints').select(['size', 'note']).orderBy('size').execute();
}

/** The export's lines, as its reader has them. */
export async function* exported(ctx: Context): AsyncGenerator<string> {
  for await (const line of await exportAudit({ ctx: { ...ctx, actor: { kind: 'operator' } } })) yield line.slice(0, -1);
}
