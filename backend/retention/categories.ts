/** The data categories, and how long each is kept unless the tenant says otherwise. */
export const DEFAULT_DAYS = {
  artifacts: 30,
  results: 365,
  logs: 30,
  media: 30,
  reports: 365,
} as const;
export type DataCategory = keyof typeof DEFAULT_DAYS;

export const DAY_MS = 86_400_000;
