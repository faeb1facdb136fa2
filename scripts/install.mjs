import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep, timed } from './processes.mjs';
import { root } from './project.mjs';

const stampFile = join(root, 'node_modules', '.switchyard-install');

/** Installs the locked packages if they are missing or the lock file has changed since they were. */
export async function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
  if (readIfThere(stampFile) === wanted) return;
  if (!installedByHand()) await timed('Installing packages', () => npmCi());
  writeFileSync(stampFile, wanted);
}

/** Installs what Switchyard is measured against, in a folder of its own: nothing else needs it. */
export async function ensureBenchInstalled() {
  const bench = join(root, 'bench');
  const wanted = createHash('sha256')
    .update(readFileSync(join(bench, 'package-lock.json')))
    .digest('hex');
  const stamp = join(bench, 'node_modules', '.switchyard-install');
  if (readIfThere(stamp) === wanted) return;
  await timed('Installing what it is measured against', () => npmCi(bench));
  writeFileSync(stamp, wanted);
}

/** @param {string} [folder] */
async function npmCi(folder = root) {
  const args = [
    'ci',
    `--prefix=${folder}`,
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  // Under "npm run" this is the npm that runs us, which need not be the one in PATH.
  const npm = process.env.npm_execpath;
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  await runStep('npm ci', program, [...first, ...args]);
}

/** Whether someone ran npm themselves and every package stands at its locked version. */
function installedByHand() {
  const hidden = readIfThere(join(root, 'node_modules', '.package-lock.json'));
  if (hidden === undefined) return false;
  const installed = JSON.parse(hidden).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(
    ([path, { version, optional, peer }]) =>
      path === '' || installed[path]?.version === version || ((optional || peer) && !installed[path]),
  );
}

/** @param {string} path */
function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
