/** How long each data category is kept unless the tenant says otherwise, in days. */
import type { RetentionRules } from '../contract/retention.ts';

export const DEFAULT_DAYS: RetentionRules = {
  artifacts: 30,
  results: 365,
  logs: 30,
  media: 30,
  reports: 365,
};

export const DAY_MS = 86_400_000;
