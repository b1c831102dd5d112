/** Farms of this machine, which its operator opens to tenants: programs, and devices that adb reaches. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ConfigError, type Env, parseJson } from './config-values.ts';
import { Framework } from './contract/terms.ts';

const MINUTE_MS = 60_000;

const Command = z.strictObject({
  /** The only tenant whose runs may start it. */
  tenantId: z.uuid(),
  name: z.string().regex(/^[\w.-]{1,100}$/),
  argv: z.array(z.string().min(1)).min(1),
  frameworks: z.array(Framework).min(1).default(['command']),
  /** Below the job's folder: what leads out of it is nobody's result. */
  results: z.array(z.string().regex(/^(?!\/)(?!.*\.\.).+$/)).default(['**/*.xml']),
  evidence: z.array(z.string().regex(/^(?!\/)(?!.*\.\.).+$/)).default([]),
  env: z.array(z.string().regex(/^[A-Za-z_]\w{0,100}\*?$/)).default([]),
  path: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  parallelJobs: z.int().min(1).max(100).default(1),
  timeoutMinutes: z.int().min(1).max(600).default(60),
});

export type CommandConfig = Omit<z.output<typeof Command>, 'timeoutMinutes'> & { maxTimeoutMs: number };

/** Variables that change what a program does before it looks at them. */
const NEVER =
  /^(PATH|HOME|IFS|ENV|BASH_ENV|SHELLOPTS|NODE_OPTIONS|PYTHON\w*|PERL5\w*|RUBY\w*|JAVA_TOOL_OPTIONS|LD_\w*|DYLD_\w*|GIT_\w*|DEVICELANE_\w*)$/;

const Devices = z.strictObject({
  /** The only tenant whose runs may use them. */
  tenantId: z.uuid(),
  name: z.string().regex(/^[\w.-]{1,100}$/),
  /** As `adb devices` names them. */
  serials: z.array(z.string().regex(/^\w[\w.:-]{0,99}$/)).min(1),
  adb: z.string().startsWith('/').default('/usr/bin/adb'),
  port: z.int().min(1).max(65_535).default(5037),
  /** The Maestro program, where flows may run. */
  maestro: z.string().startsWith('/').optional(),
});
export type DevicesConfig = z.output<typeof Devices>;

/** The file that FARM_DEVICES names: each device is lent once. @throws ConfigError */
export function readDevices(env: Env): DevicesConfig[] {
  const lent = readList(env, 'FARM_DEVICES', Devices);
  const serials = lent.flatMap(({ serials }) => serials);
  const twice = serials.find((serial, index) => serials.indexOf(serial) !== index);
  if (twice) throw new ConfigError('FARM_DEVICES', `lends ${twice} twice`);
  return lent;
}

/** @throws ConfigError */
function readList<S extends z.ZodType>(env: Env, name: string, schema: S): z.output<S>[] {
  const path = env[name];
  if (!path) return [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(name, `cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
  const parsed = z.array(schema).safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const { path: where = [], message } = parsed.error.issues[0] ?? {};
  throw new ConfigError(name, `${where.join('.') || 'the file'}: ${message}`);
}

/** The file that FARM_COMMANDS names. @throws ConfigError */
export function readCommands(env: Env): CommandConfig[] {
  return readList(env, 'FARM_COMMANDS', Command).map(({ timeoutMinutes, ...command }) => {
    const wrong = command.env.find((name) => NEVER.test(name) || name === '*' || NEVER.test(name.replace(/\*$/, 'X')));
    if (wrong) throw new ConfigError('FARM_COMMANDS', `${command.name}: runs must not set ${wrong}`);
    return { ...command, maxTimeoutMs: timeoutMinutes * MINUTE_MS };
  });
}
