/** Where zlib in WebAssembly lies; in the bundle that runs on the CI machine, beside it. */
import { createRequire } from 'node:module';

export const zlibFile = (): string => createRequire(import.meta.url).resolve('@zip.js/zip.js/dist/zip-module.wasm');
