import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep, timed } from './processes.mjs';
import { programs, root } from './project.mjs';

/** What the console (Next) is made of, and what the server's bundle is. */
const sources = {
  console: ['app', 'components', 'db', 'public', 'server', 'next.config.ts', 'postcss.config.mjs'],
  server: ['db', 'scripts', 'server'],
};
const common = ['package-lock.json', 'package.json', 'tsconfig.json'];

/** Programs bundled into dist/, each to the same path with .js; the ones not written are left out. */
const entryPoints = ['server/main.ts', 'scripts/demo.ts', 'scripts/bench.ts'];

const stampFile = join(root, 'dist', 'build.json');

/** Builds the console and bundles the server where their sources have changed since the last build. */
export async function ensureBuilt() {
  const built = readStamp();
  const wanted = { console: hashOf(sources.console), server: hashOf(sources.server) };
  if (built.console !== wanted.console || !existsSync(join(root, '.next', 'BUILD_ID'))) {
    writeStamp({ ...built, console: undefined });
    await timed('Building the console', buildConsole);
    writeStamp({ ...built, console: wanted.console });
  }
  if (built.server !== wanted.server || !existsSync(join(root, 'dist', 'server', 'main.js'))) {
    await timed('Bundling the server', bundleServer);
  }
  writeStamp(wanted);
}

async function buildConsole() {
  // Types are checked by "npm test"; NODE_ENV may be anything in the caller's shell.
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  await runStep('next build', process.execPath, [programs.next, 'build'], env);
}

async function bundleServer() {
  const { build } = await import('esbuild');
  for (const folder of ['server', 'scripts'])
    rmSync(join(root, 'dist', folder), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: entryPoints.filter((entry) => existsSync(join(root, entry))),
    outbase: '.',
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
}

/** @param {string[]} paths */
function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of [...paths, ...common]) addToHash(hash, path);
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
function addToHash(hash, path) {
  const entries = listFolder(path);
  if (entries) {
    for (const name of entries) addToHash(hash, `${path}/${name}`);
  } else if (existsSync(join(root, path)) && !/\.test\.tsx?$/.test(path)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
}

/** @param {string} path */
function listFolder(path) {
  try {
    return readdirSync(join(root, path)).sort();
  } catch {
    return undefined;
  }
}

/** @returns {{ console?: string, server?: string }} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {{ console?: string, server?: string }} stamp */
function writeStamp(stamp) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamp));
}
