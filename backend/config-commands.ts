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

/** The file that FARM_COMMANDS names. @throws ConfigError */
export function readCommands({ FARM_COMMANDS: path }: Env): CommandConfig[] {
  if (!path) return [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError('FARM_COMMANDS', `cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
  const parsed = z.array(Command).safeParse(parseJson(text));
  if (!parsed.success) {
    const { path: where = [], message } = parsed.error.issues[0] ?? {};
    throw new ConfigError('FARM_COMMANDS', `${where.join('.') || 'the file'}: ${message}`);
  }
  return parsed.data.map(({ timeoutMinutes, ...command }) => {
    const wrong = command.env.find((name) => NEVER.test(name) || name === '*' || NEVER.test(name.replace(/\*$/, 'X')));
    if (wrong) throw new ConfigError('FARM_COMMANDS', `${command.name}: runs must not set ${wrong}`);
    return { ...command, maxTimeoutMs: timeoutMinutes * MINUTE_MS };
  });
}
