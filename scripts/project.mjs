import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Path of a command-line program of an installed package, to be run by this Node without npx in between.
 *
 * @param {string} path inside node_modules
 */
export function packageProgram(path) {
  return join(root, 'node_modules', path);
}

/** @type {Record<'biome' | 'drizzleKit' | 'knip' | 'next' | 'playwright' | 'tsc' | 'tsx' | 'vitest', string>} */
export const programs = {
  biome: packageProgram('@biomejs/biome/bin/biome'),
  drizzleKit: packageProgram('drizzle-kit/bin.cjs'),
  knip: packageProgram('knip/bin/knip.js'),
  next: packageProgram('next/dist/bin/next'),
  playwright: packageProgram('@playwright/test/cli.js'),
  tsc: packageProgram('typescript/bin/tsc'),
  tsx: packageProgram('tsx/dist/cli.mjs'),
  vitest: packageProgram('vitest/vitest.mjs'),
};
