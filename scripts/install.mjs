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
export const ensureBenchInstalled = () => ensureInstalledIn('bench', 'what it is measured against');

/**
 * Installs the locked packages of a folder with a package.json of its own, where they are missing or other ones.
 * @param {string} name of the folder, from the root
 * @param {string} what for whoever waits
 */
export async function ensureInstalledIn(name, what) {
  const folder = join(root, name);
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const stamp = join(folder, 'node_modules', '.switchyard-install');
  if (readIfThere(stamp) === wanted) return;
  await timed(`Installing ${what}`, () => npmCi(folder));
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
