import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runStep, timed } from './processes.mjs';
import { programs, root } from './project.mjs';

/** What neither build reads. */
const apart = [
  'bench',
  '.ci',
  '.data',
  '.editorconfig',
  '.git',
  '.github',
  '.next',
  'LICENSE',
  'deploy',
  'dist',
  'docs',
  'e2e',
  'node_modules',
  'test-results',
  'next-env.d.ts',
];
/** What one of the builds does not read; everything else counts, so that no new folder can be forgotten. */
const unread = {
  console: [...apart, 'chaos', 'cli', 'demo', 'scripts'],
  server: [...apart, 'app', 'components', 'public'],
};

/**
 * What runs the server, and what steps of one's own import: they share what is bundled, since a step that had its own copy
 * of the code would neither know the server's guard nor count with its limits.
 */
const together = ['server/main.ts', 'scripts/demo.ts', 'scripts/switchyard.ts', 'server/steps/public.ts'];
/** Other programs bundled into dist/, each to the same path with .js; the ones not written are left out. */
const entryPoints = [
  'demo/fleet-process.ts',
  'chaos/main.ts',
  'chaos/stall-watch.ts',
  'chaos/targets-process.ts',
];

const stampFile = join(root, 'dist', 'build.json');

/** Builds the console and bundles the server where their sources have changed since the last build. */
export async function ensureBuilt() {
  const built = readStamp();
  const wanted = { console: hashOf(unread.console), server: hashOf(unread.server) };
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
  const folders = ['server', 'scripts', 'chaos', 'chunks', 'types'];
  for (const folder of folders) rmSync(join(root, 'dist', folder), { recursive: true, force: true });
  await Promise.all([
    bundle(together, 'dist', { splitting: true }),
    bundle(entryPoints, 'dist', { splitting: false }),
    declareSteps(),
  ]);
}

/**
 * Bundles programs, each to the same path below a folder; with `splitting` what several have in common is there once.
 *
 * @param {string[]} entries
 * @param {string} outdir
 * @param {{ splitting: boolean }} options
 */
export async function bundle(entries, outdir, { splitting }) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: entries.filter((entry) => existsSync(join(root, entry))),
    outbase: '.',
    outdir,
    bundle: true,
    splitting,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: packagesInstalled(),
    sourcemap: true,
    logLevel: 'warning',
  });
}

/** What stands outside: what npm installs with the package. */
function packagesInstalled() {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.keys({ ...dependencies, ...optionalDependencies });
}

/** Writes the types of what steps of one's own import, with paths that hold outside the project. */
async function declareSteps() {
  const types = join(root, 'dist', 'types');
  await runStep('tsc', process.execPath, [programs.tsc, '--project', 'scripts/declare-steps.json']);
  for (const name of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
    const file = join(types, name);
    if (!name.endsWith('.d.ts')) continue;
    const up = relative(join(file, '..'), types) || '.';
    const text = readFileSync(file, 'utf8')
      .replace(/(?<=(?:from |import\()')@\//g, `${up}/`)
      .replace(/(?<=(?:from |import\()')(\.[^']*)(?=')/g, '$1.js');
    writeFileSync(file, text);
  }
}

/** @param {string[]} excluded names in the project's folder */
function hashOf(excluded) {
  const hash = createHash('sha256');
  for (const name of readdirSync(root).sort()) {
    if (!excluded.includes(name)) addToHash(hash, join(root, name));
  }
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
function addToHash(hash, path) {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) addToHash(hash, join(path, name));
  } else if (!/\.(md|test\.tsx?|tsbuildinfo)$/.test(path)) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
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
