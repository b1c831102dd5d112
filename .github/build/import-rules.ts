/** Which folder may import what: the layout of the house as data, held by `imports.test.ts`. */

export type Rule = {
  /** Files that the rule is for: a path prefix. The longest that matches counts. */
  folder: string;
  /** Path prefixes of ours that it may import, beside its own folder. */
  ours: readonly string[];
  /** Packages that it may import, beside `node:`. */
  packages: readonly string[];
};

/** What every room may use: wire shapes, errors, the context, the doors' ports, and what rooms share of each other. */
const ROOM = [
  'backend/contract/',
  'backend/errors.ts',
  'backend/context.ts',
  'backend/attestations/port.ts',
  'backend/blobs/port.ts',
  'backend/codehosts/port.ts',
  'backend/db/port.ts',
  'backend/db/tenant-tables.ts',
  'backend/farms/port.ts',
  'backend/keys/port.ts',
  'backend/vaults/port.ts',
  'backend/webhooks/port.ts',
  'backend/audit/',
  'backend/tokens/permissions.ts',
  'backend/integrations/github-events.ts',
];

/** Any room's view of what it holds. */
const READS = [
  ...['integrations', 'people', 'results', 'retention', 'runs', 'tenants', 'tokens', 'uploads'].map(
    (room) => `backend/${room}/read.ts`,
  ),
  'backend/tenants/read-limits.ts',
];
/** A run as its rows stand, and as its farm is told of it: what the rooms `runs` and `results` hand each other. */
const RUN_ROWS = ['change', 'sealed', 'farm-job', 'pacing', 'read-fork-request', 'repeat-job', 'secrets'].map(
  (file) => `backend/runs/${file}.ts`,
);
/** One road by which anything is forgotten. */
const FORGETTING = ['categories', 'request-deletion', 'unless-kept', 'forget-artifact-row'].map(
  (file) => `backend/retention/${file}.ts`,
);

const DOOR = ['backend/contract/', 'backend/errors.ts'];
/** The port of farms, and what adapters share to speak HTTP and to read what they are given. */
const FARM_LINES = [
  'farm-fetch',
  'key-names',
  'number-tests',
  'open-link',
  'performance-series',
  'port',
  'reach',
  'read-settings',
  'send-file',
]
  .map((file) => `backend/farms/${file}.ts`)
  .concat('backend/outgoing/port.ts');
const ROOMS = [
  'audit',
  'integrations',
  'people',
  'reports',
  'results',
  'retention',
  'runs',
  'tenants',
  'tokens',
  'uploads',
].map((room) => `backend/${room}/`);
const TRANSPORT = [
  ...ROOMS,
  'backend/codehosts/port.ts',
  'backend/contract/',
  'backend/errors.ts',
  'backend/context.ts',
];

const room = (name: string, more: readonly string[], packages: readonly string[] = []): Rule => ({
  folder: `backend/${name}/`,
  ours: [...ROOM, ...READS, ...more],
  packages,
});

export const RULES: readonly Rule[] = [
  { folder: 'action/client/', ours: ['action/ci/', 'backend/contract/'], packages: ['zod', 'eventsource-parser'] },
  { folder: 'action/ci/', ours: ['backend/contract/'], packages: ['zod'] },
  {
    folder: 'action/',
    ours: ['backend/contract/'],
    packages: ['@actions/core', '@actions/artifact', 'undici'],
  },
  { folder: 'backend/contract/', ours: ['backend/errors.ts'], packages: ['zod', 'pako', '@zip.js/zip.js'] },
  { folder: 'backend/errors.ts', ours: [], packages: [] },
  // What reads builds: zips and APKs in `apk`, and beside it a folder for each other kind, on what `apk` knows of zips.
  { folder: 'backend/apk/', ours: [...DOOR, 'backend/compiled-code.ts'], packages: ['yauzl'] },
  ...['backend/apk/examine.ts', 'backend/apk/build-facts.ts'].map((folder) => ({
    folder,
    ours: [...DOOR, 'backend/apk/', 'backend/aab/', 'backend/flows/', 'backend/ios/'],
    packages: [],
  })),
  { folder: 'backend/aab/', ours: [...DOOR, 'backend/apk/'], packages: [] },
  { folder: 'backend/flows/', ours: [...DOOR, 'backend/apk/'], packages: ['yaml'] },
  { folder: 'backend/ios/', ours: [...DOOR, 'backend/apk/', 'backend/xml/'], packages: [] },
  { folder: 'backend/xml/', ours: [], packages: ['sax'] },
  {
    folder: 'backend/attestations/',
    ours: DOOR,
    packages: ['zod', '@sigstore/bundle', '@sigstore/protobuf-specs', '@sigstore/tuf', '@sigstore/verify'],
  },
  { folder: 'backend/blobs/', ours: DOOR, packages: ['@azure/storage-blob', '@azure/identity'] },
  {
    folder: 'backend/codehosts/',
    ours: DOOR,
    packages: ['@octokit/rest', '@octokit/auth-app', '@octokit/request-error', 'zod'],
  },
  { folder: 'backend/db/', ours: DOOR, packages: ['kysely', 'pg'] },
  { folder: 'backend/farms/', ours: [...DOOR, 'backend/apk/', 'backend/outgoing/port.ts'], packages: ['zod'] },
  {
    folder: 'backend/farms/fake/',
    ours: [...FARM_LINES, 'backend/farms/testing/', ...DOOR],
    packages: ['hono', '@hono/node-server', 'zod'],
  },
  {
    folder: 'backend/farms/aws-device-farm/',
    ours: [...FARM_LINES, ...DOOR],
    packages: ['@aws-sdk/client-device-farm', 'zod'],
  },
  {
    folder: 'backend/farms/aws-device-farm/fake/',
    ours: ['backend/farms/port.ts', 'backend/farms/testing/', ...DOOR],
    packages: ['hono', '@hono/node-server'],
  },
  {
    folder: 'backend/farms/browserstack/',
    ours: [...FARM_LINES, ...DOOR],
    packages: ['zod'],
  },
  {
    folder: 'backend/farms/browserstack/fake/',
    ours: ['backend/farms/port.ts', 'backend/farms/testing/', ...DOOR],
    packages: ['hono', '@hono/node-server'],
  },
  {
    folder: 'backend/farms/command/',
    ours: [...FARM_LINES, 'backend/farms/junit/', ...DOOR],
    packages: ['zod'],
  },
  {
    folder: 'backend/farms/own-devices/',
    ours: [...FARM_LINES, 'backend/farms/junit/', 'backend/farms/command/process.ts', 'backend/apk/', ...DOOR],
    packages: ['zod'],
  },
  { folder: 'backend/farms/own-devices/fake/', ours: [], packages: [] },
  { folder: 'backend/farms/junit/', ours: ['backend/farms/port.ts', 'backend/xml/', ...DOOR], packages: [] },
  {
    folder: 'backend/farms/firebase-test-lab/',
    ours: [...FARM_LINES, ...DOOR],
    packages: ['google-auth-library', 'zod'],
  },
  {
    folder: 'backend/farms/firebase-test-lab/fake/',
    ours: ['backend/farms/port.ts', 'backend/farms/testing/', ...DOOR],
    packages: ['hono', '@hono/node-server'],
  },
  { folder: 'backend/hashing/', ours: DOOR, packages: [] },
  { folder: 'backend/keys/', ours: DOOR, packages: ['canonicalize', 'zod'] },
  { folder: 'backend/queue/', ours: DOOR, packages: ['pg-boss'] },
  { folder: 'backend/sinks/', ours: DOOR, packages: ['@azure/monitor-ingestion'] },
  { folder: 'backend/outgoing/', ours: DOOR, packages: ['ipaddr.js'] },
  { folder: 'backend/webhooks/', ours: [...DOOR, 'backend/outgoing/port.ts'], packages: [] },
  { folder: 'backend/vaults/', ours: DOOR, packages: ['@azure/keyvault-secrets'] },
  room('audit', ['backend/sinks/port.ts'], ['kysely', 'canonicalize']),
  // For customers to read and run: nothing of ours, and no package.
  { folder: 'backend/audit/proof/', ours: [], packages: [] },
  room('integrations', ['backend/runs/pacing.ts', 'backend/tokens/revoke-project.ts'], ['kysely', 'zod']),
  room('people', ['backend/tenants/create.ts']),
  room('reports', RUN_ROWS, ['kysely']),
  room('results', [...RUN_ROWS, ...FORGETTING], ['canonicalize', 'kysely']),
  room('retention', FORGETTING, ['kysely']),
  room(
    'runs',
    [
      'backend/integrations/forgetting.ts',
      'backend/integrations/with-secret.ts',
      'backend/tokens/issue-handles.ts',
      'backend/tokens/end-handles.ts',
      'backend/tokens/grant.ts',
      'backend/uploads/description.ts',
      'backend/results/read-timings.ts',
      'backend/results/redact.ts',
      'backend/tenants/secrets.ts',
      'backend/results/title.ts',
      'backend/uploads/test-classes.ts',
    ],
    ['kysely', 'canonicalize'],
  ),
  room('tenants', []),
  room('tokens', [], ['jose', 'kysely', 'zod']),
  room(
    'uploads',
    [
      ...FORGETTING,
      'backend/aab/',
      'backend/apk/',
      'backend/flows/',
      'backend/ios/',
      'backend/runs/read-fork-request.ts',
      'backend/tokens/issue-fork-capability.ts',
    ],
    ['kysely'],
  ),
  {
    folder: 'backend/http/',
    ours: [...TRANSPORT, 'backend/pages/'],
    packages: ['hono', '@hono/node-server', 'zod', 'pino'],
  },
  { folder: 'backend/pages/', ours: TRANSPORT, packages: ['hono'] },
  {
    folder: 'backend/worker/',
    ours: [...TRANSPORT, 'backend/db/port.ts', 'backend/queue/port.ts', 'backend/sinks/port.ts'],
    packages: [],
  },
  // Stands outside of the server that it asks: it knows what is public, and no more.
  { folder: 'backend/ops/probe/', ours: ['backend/contract/', 'backend/errors.ts'], packages: ['zod'] },
  { folder: 'backend/ops/', ours: [...TRANSPORT, 'backend/config.ts'], packages: [] },
  { folder: 'backend/context.ts', ours: [...ROOM, 'backend/contract/tasks.ts'], packages: ['pino'] },
  {
    folder: 'backend/config',
    ours: ['backend/config', 'backend/contract/', 'backend/tokens/issuers.ts', 'backend/blobs/azure-account.ts'],
    packages: ['zod'],
  },
  { folder: 'backend/sealed-blobs.ts', ours: [...ROOM, 'backend/hashing/'], packages: [] },
  {
    folder: 'backend/tenant-contexts.ts',
    ours: [...ROOM, 'backend/db/', 'backend/sealed-blobs.ts', 'backend/tenants/create.ts'],
    packages: ['pino'],
  },
  { folder: 'backend/compiled-code.ts', ours: [], packages: [] },
  { folder: 'backend/main.ts', ours: ['backend/command-line.ts', 'backend/compiled-code.ts'], packages: [] },
  {
    folder: 'backend/command-line.ts',
    ours: ['backend/audit/proof/', 'backend/config.ts', 'backend/errors.ts', 'backend/ops/', 'backend/wire.ts'],
    packages: [],
  },
];

/** Free to import everything, and imported by nobody outside of this list, tests and `command-line.ts`. */
export const UNBOUND = ['backend/wire.ts', 'backend/testing/', 'backend/bench/', '.github/build/', '.ci/'];

/** Each is imported by exactly one file. */
export const ONE_IMPORTER: Readonly<Record<string, string>> = {
  '@actions/core': 'action/actions-core.ts',
  '@actions/artifact': 'action/workflow-artifact.ts',
  '@aws-sdk/client-device-farm': 'backend/farms/aws-device-farm/client.ts',
  '@azure/storage-blob': 'backend/blobs/azure.ts',
  '@azure/identity': 'backend/blobs/azure-identity.ts',
  '@octokit/rest': 'backend/codehosts/github.ts',
  '@octokit/auth-app': 'backend/codehosts/github.ts',
  '@sigstore/bundle': 'backend/attestations/sigstore.ts',
  '@sigstore/protobuf-specs': 'backend/attestations/sigstore.ts',
  '@sigstore/tuf': 'backend/attestations/sigstore.ts',
  '@sigstore/verify': 'backend/attestations/sigstore.ts',
  '@azure/monitor-ingestion': 'backend/sinks/azure-monitor.ts',
  '@azure/keyvault-secrets': 'backend/vaults/azure-key-vault.ts',
  'google-auth-library': 'backend/farms/firebase-test-lab/client.ts',
  'ipaddr.js': 'backend/outgoing/public-address.ts',
  'pg-boss': 'backend/queue/pg-boss.ts',
  sax: 'backend/xml/xml-reader.ts',
  yaml: 'backend/flows/read-flows.ts',
};
