/** Uploads with the action's own client to a real server, with a test's hand on the wire between them. */
import type { BuildFile } from '../../action/client/build-file.ts';
import { capability } from '../../action/client/exchange.ts';
import { Line } from '../../action/client/line.ts';
import { newProofKey } from '../../action/client/proof-key.ts';
import { upload } from '../../action/client/upload.ts';
import type { Claims, OidcIssuer } from './oidc.ts';

type Options = {
  backend: { url: string };
  oidc: Pick<OidcIssuer, 'mint'>;
  claims: Claims;
  file: BuildFile;
  /** Where the client's log goes. */
  lines?: string[];
  /** In place of the network. */
  fetch?: typeof fetch;
  /** The server's clock, where a test turns it. */
  now?: () => Date;
};

/** Waits between tries are left out. Returns the artifact's id. */
export function clientUpload(options: Options): Promise<string> {
  const { backend, oidc, claims, file, lines = [], fetch: ask = fetch, now = () => new Date() } = options;
  const say = (text: string): void => void lines.push(text);
  const environment = {
    fetch: ask,
    getIdToken: (audience: string) => {
      const seconds = Math.floor(now().getTime() / 1000);
      return oidc.mint({ aud: audience, iat: seconds, nbf: seconds - 600, exp: seconds + 300, ...claims });
    },
    log: { line: say, warning: say, startGroup: () => {}, endGroup: () => {}, mask: () => {} },
    clock: { now: () => now().getTime(), sleep: async () => {} },
    random: () => 0.5,
    signal: new AbortController().signal,
  };
  const wire = { base: backend.url, environment, line: new Line() };
  return upload(wire, capability(wire, newProofKey()), file);
}
