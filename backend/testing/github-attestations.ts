/** Attestations at the GitHub stand-in: what workflows have stored, by repository and the file's digest. */
type Answer = { status: number; text: string };

export type Attestations = {
  /** Stores bundles, as `actions/attest` does at its end; `null` stands for one that the answer only links to. */
  store(fullName: string, sha256: string, bundles: readonly unknown[]): void;
  /** null: the request is for something else. */
  answer(method: string, path: string, permissions: Readonly<Record<string, string>>): Answer | null;
};

const ROUTE = /^\/repos\/([^/]+\/[^/]+)\/attestations\/sha256:([0-9a-f]{64})$/;

const refusal = (status: number, message: string): Answer => ({ status, text: JSON.stringify({ message }) });

export function createAttestations(): Attestations {
  const stored = new Map<string, unknown[]>();
  return {
    store(fullName, sha256, bundles) {
      const key = `${fullName} ${sha256}`;
      stored.set(key, [...bundles, ...(stored.get(key) ?? [])]);
    },
    answer(method, path, permissions) {
      const url = new URL(path, 'http://github.invalid');
      const found = ROUTE.exec(decodeURIComponent(url.pathname));
      if (method !== 'GET' || !found) return null;
      if (!permissions.attestations) return refusal(403, 'Resource not accessible by integration');
      const bundles = stored.get(`${found[1]} ${found[2]}`);
      if (!bundles) return refusal(404, 'Not Found');
      const page = bundles.slice(0, Math.min(Number(url.searchParams.get('per_page') ?? 30), 100));
      const attestations = page.map((bundle) => ({ bundle, repository_id: 1, bundle_url: 'https://blobs.example/1' }));
      return { status: 200, text: JSON.stringify({ attestations }) };
    },
  };
}
