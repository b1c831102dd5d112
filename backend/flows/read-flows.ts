/** Reads the Maestro flows of a zip: the section before each one's steps. Source: Maestro's documentation, "Flow configuration". */
import { parse } from 'yaml';
import { flowFront, isFlowName } from '../apk/container.ts';
import { TESTS_LIMITS } from '../apk/limits.ts';
import { quoted, unusable } from '../apk/unusable.ts';
import type { Zip, ZipEntry } from '../apk/zip.ts';

export type FlowFacts = {
  /** Its path in the zip. */
  file: string;
  /** As it names itself, or after its file. */
  name: string;
  /** null where it tests a web page. A variable stays as it is written. */
  appId: string | null;
  tags: string[];
};

/** @throws DevicelaneError `invalid_artifact` */
export async function readFlows(zip: Zip): Promise<FlowFacts[]> {
  const entries = [...zip.entries.values()].filter(
    ({ name, inflatedSize }) => isFlowName(name) && inflatedSize <= TESTS_LIMITS.flowBytes,
  );
  const bytes = entries.reduce((sum, { inflatedSize }) => sum + inflatedSize, 0);
  if (entries.length > TESTS_LIMITS.flows || bytes > TESTS_LIMITS.flowsBytes) {
    throw unusable(`The zip has too many flows: at most ${TESTS_LIMITS.flows} files and 16 MiB of them are read.`);
  }
  const flows: FlowFacts[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const flow = await readFlow(zip, entry);
    if (flow !== null) flows.push(flow);
  }
  return flows;
}

async function readFlow(zip: Zip, entry: ZipEntry): Promise<FlowFacts | null> {
  const front = flowFront((await zip.content(entry, TESTS_LIMITS.flowBytes)).toString('utf8'));
  if (front === null) return null;
  const said = parseFront(front, entry.name);
  const name = typeof said.name === 'string' && said.name !== '' ? said.name : fileName(entry.name);
  const tags = Array.isArray(said.tags) ? said.tags : [];
  return {
    file: entry.name,
    name,
    appId: typeof said.appId === 'string' ? said.appId : null,
    tags: tags.filter((tag) => typeof tag === 'string').slice(0, TESTS_LIMITS.tags),
  };
}

function parseFront(front: string, file: string): Record<string, unknown> {
  if (front.length > TESTS_LIMITS.frontBytes)
    throw unusable(`The flow ${quoted(file)} has over 32 KiB before its steps.`);
  let said: unknown;
  try {
    // No alias at all: none is needed there, and a few name a text of gigabytes.
    said = parse(front, { maxAliasCount: 0, logLevel: 'error', prettyErrors: false });
  } catch (error) {
    throw unusable(`The flow ${quoted(file)} cannot be read: what stands before its steps is not YAML.`, error);
  }
  if (typeof said !== 'object' || said === null) throw unusable(`The flow ${quoted(file)} names no app.`);
  return said as Record<string, unknown>;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
}
