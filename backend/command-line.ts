/** The operator's command line, on the server itself. */
import { parseArgs } from 'node:util';
import { verifyCommand } from './audit/proof/command.ts';
import { ConfigError, readConfig } from './config.ts';
import { DevicelaneError } from './errors.ts';
import { COMMANDS, offline, UsageError } from './ops/commands.ts';
import { probeCommand } from './ops/probe/command.ts';
import { openDoors, startBackend } from './wire.ts';

const USAGE = `usage: node backend/main.ts COMMAND
  serve     answer over HTTP and work, until Ctrl-C
  setup     make the first tenant, admin, project and trust policy; prints a sign-in link
            --email E --repository OWNER/NAME --repository-id N --owner-id N [--installation-id N] [--issuer URL]
  login     print a sign-in link; --email E
  audit export   write a tenant's audit log to a file; --email E (of anybody in the tenant) --out FILE
  audit publish  put the log's newest checkpoint into the text of checks, or not; --email E --checks on|off
  audit verify   verify such a file, without a server; 3 and the first bad entry if it is not what was written
            FILE [--checkpoint FILE (that holds checkpoints which were kept)] [--key KEY] [--json]
  connection list|add|rotate|remove   farms; --email E [--kind K --name N --settings JSON --accept-forgetting JSON]
            [--connection ID]; the credential is JSON on standard input
  project list|add   repositories; --email E [--repository OWNER/NAME --repository-id N --owner-id N]
            [--name NAME --issuer URL --farm F]
  project approve    bind a project to its repository on the operator's word; --project ID
  trust list|add|replace|revoke   who is trusted; --email E [--project ID] [--policy FILE] [--trust ID]
  secret set   a value for tests, on standard input; --email E --project ID --name NAME
  migrate   bring every database up to date
  doctor    say what is configured, reachable and missing
  trust check     explain whether a CI job with these claims is trusted; --claims FILE (--policy FILE | --project ID)
  tenant list     the tenants and their state
  tenant suspend, tenant resume   refuse everything of a tenant at once, and let it go on; --tenant ID
  --json with project and trust: for programs
  probe     ask a server, from outside, to do what it must refuse; probe --help`;

const OPTIONS = [
  ...['email', 'repository', 'repository-id', 'owner-id', 'installation-id', 'issuer', 'region'],
  ...['claims', 'policy', 'project', 'tenant', 'out', 'checks', 'trust', 'farm'],
  ...['kind', 'name', 'settings', 'accept-forgetting', 'connection'],
];

/** Exit codes of contract.md. */
const EXIT = { done: 0, usage: 2, refused: 3, broken: 4 } as const;

/** Does what the operator asks for, and returns the exit code. */
export async function runCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return obey(args, env).catch(explain);
}

async function obey(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [first, second, ...rest] = args;
  if (first === 'audit' && second === 'verify') return verifyCommand(rest);
  // From outside: it needs no configuration.
  if (first === 'probe') {
    const given = { token: env.DEVICELANE_TOKEN, stdin: process.stdin };
    const { code, out, err } = await probeCommand(args.slice(1), given);
    if (out) console.log(out);
    if (err) console.error(err);
    return code;
  }
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' as const }])),
      json: { type: 'boolean' as const },
    },
  });
  const { json = false, ...options } = values as Record<string, string> & { json?: boolean };
  const command = positionals.join(' ');
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (command !== 'serve' && !run) {
    console.error(USAGE);
    return EXIT.usage;
  }
  const done = offline(command, options);
  if (done) {
    console.log(await done);
    return EXIT.done;
  }
  const config = readConfig(env);
  if (!run) {
    const backend = await startBackend(config);
    await new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await backend.stop();
    return EXIT.done;
  }
  const opened = await openDoors(config, config.publicUrl ?? `http://${config.host}:${config.port}`);
  try {
    const told = await run({ doors: opened.doors, system: opened.contexts.system(command), config }, options);
    if (json && typeof told === 'string') throw new UsageError(`${command} has no --json.`);
    console.log(typeof told === 'string' ? told : json ? JSON.stringify(told.json) : told.text);
    return EXIT.done;
  } finally {
    await opened.close();
  }
}

/** One line that says what to change; a fault of the program shows its stack, for whoever runs the server. */
function explain(error: unknown): number {
  if (error instanceof ConfigError || error instanceof UsageError || error instanceof DevicelaneError) {
    console.error(error.message);
    return error instanceof DevicelaneError ? EXIT.refused : EXIT.usage;
  }
  const { code } = error as { code?: string };
  if (code?.startsWith('ERR_PARSE_ARGS')) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return EXIT.usage;
  }
  console.error(error);
  return EXIT.broken;
}
