/** What an APK's manifest says, as data: plain enough to cross a thread and to be judged without the file. */

export type Component = {
  kind: 'activity' | 'activity-alias' | 'service' | 'receiver' | 'provider';
  /** Fully qualified. */
  name: string;
  /** As declared; null where it is not, and the platform decides by intent filters. */
  exported: boolean | null;
  intentFilters: number;
  launcher: boolean;
  enabled: boolean;
  permission: string | null;
  readPermission: string | null;
  writePermission: string | null;
};

export type ManifestFacts = {
  package: string;
  versionName: string | null;
  versionCode: number | null;
  compileSdk: number | null;
  /** null where it is not declared (the platform takes 1) or is a preview's code name. */
  minSdk: number | null;
  /** null where it is not declared (the platform takes the minimum) or is a preview's code name. */
  targetSdk: number | null;
  /** The name of a configuration or feature split; null for a base APK. */
  split: string | null;
  label: string | null;
  permissions: string[];
  debuggable: boolean;
  testOnly: boolean;
  /** As declared; null where the platform's default holds. */
  allowBackup: boolean | null;
  hasBackupRules: boolean;
  usesCleartextTraffic: boolean | null;
  /** The path in the APK, or the unresolved reference. */
  networkSecurityConfig: string | null;
  components: Component[];
  instrumentation: { runner: string; target: string } | null;
};
