/**
 * Builds what runs on the CI machine. `dist/` is committed, so the same sources must give the same bytes on any machine.
 *
 * The part that needs a workflow artifact is a bundle of its own: it brings a storage client of 2.8 MB, which only who asks
 * for an artifact should load.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'rolldown';
import { licences } from './licences.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const zlibPackage = `${root}node_modules/@zip.js/zip.js`;
const licenceFile = licences([zlibPackage]);

/**
 * @actions/http-client imports undici for one method that nothing in the step calls (it asks for the OIDC token with
 * node:https, through a proxy too), and undici costs every start some 50 ms. Were the method ever called, it would throw.
 */
const withoutUndici: Plugin = {
  name: 'without-undici',
  resolveId(source, importer) {
    return source === 'undici' && importer?.includes('@actions/http-client') ? '\0without-undici' : null;
  },
  load(id) {
    if (id !== '\0without-undici') return null;
    return "export class ProxyAgent { constructor() { throw new Error('undici is not part of this bundle'); } }";
  },
};

/** The bundle of the artifact is found at run time, beside the one that loads it. */
const artifactBeside: Plugin = {
  name: 'artifact-beside',
  resolveId(source) {
    return source.endsWith('/workflow-artifact.ts') ? { id: './artifact.js', external: true } : null;
  },
};

/** Zlib in WebAssembly lies beside the bundle as its package has it, so that whoever reads the bundle can compare it. */
const zlibBeside: Plugin = {
  name: 'zlib-beside',
  load(id) {
    if (!id.endsWith('/contract/delta/zlib-file.ts')) return null;
    this.emitFile({
      type: 'asset',
      fileName: 'zlib.wasm',
      source: readFileSync(`${zlibPackage}/dist/zip-module.wasm`),
    });
    return "export const zlibFile = () => new URL('./zlib.wasm', import.meta.url);";
  },
};

const output = {
  // Set by the check that compares: it builds elsewhere.
  dir: process.env.DEVICELANE_DIST ?? `${root}dist/action`,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  comments: { legal: false },
} as const;

export default defineConfig([
  {
    input: { index: `${root}action/index.ts`, post: `${root}action/post.ts` },
    cwd: root,
    platform: 'node',
    plugins: [artifactBeside, withoutUndici, zlibBeside, licenceFile],
    // It is built first: what an earlier build left is gone.
    output: { ...output, cleanDir: true, codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } },
  },
  {
    input: { artifact: `${root}action/workflow-artifact.ts` },
    cwd: root,
    platform: 'node',
    plugins: [licenceFile],
    output: { ...output, codeSplitting: false },
  },
]);
