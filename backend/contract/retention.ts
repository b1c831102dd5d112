/** Retention as it travels: days for each data category. */
import * as z from 'zod/mini';

export const DATA_CATEGORIES = ['artifacts', 'results', 'logs', 'media', 'reports'] as const;
export type DataCategory = (typeof DATA_CATEGORIES)[number];

/** Ten years. */
const MAX_DAYS = 3_650;
const Days = z.int().check(z.minimum(1), z.maximum(MAX_DAYS));

export const RetentionRules = z.strictObject({
  artifacts: Days,
  results: Days,
  logs: Days,
  media: Days,
  reports: Days,
});
export type RetentionRules = z.infer<typeof RetentionRules>;

/** What is left out stays as it is. */
export const RetentionChange = z.partial(RetentionRules);
export type RetentionChange = z.infer<typeof RetentionChange>;
