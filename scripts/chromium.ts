import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { chromium } from '@playwright/test';

import { systemFolder } from '@/db/embedded/location';

const require = createRequire(import.meta.url);

/** Flags for a browser without a screen, possibly as root in a container, that calls nobody by itself. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Path of a Chromium that runs here: the one named by E2E_CHROMIUM, Playwright's own, the one inside the npm package
 * (Linux on x64), the system's, and failing all that one that Playwright downloads.
 */
export function findChromium(): string {
  const chosen = process.env.E2E_CHROMIUM;
  if (chosen) {
    if (runs(chosen)) return chosen;
    throw new Error(`E2E_CHROMIUM is ${chosen}, which does not run; unset it or name another Chromium.`);
  }
  for (const candidate of [playwrightChromium, bundledChromium, systemChromium]) {
    const path = candidate();
    if (path && runs(path)) return path;
  }
  return downloadChromium();
}

function runs(path: string): boolean {
  return existsSync(path) && spawnSync(path, ['--no-sandbox', '--version'], { stdio: 'ignore' }).status === 0;
}

function playwrightChromium(): string {
  return chromium.executablePath();
}

/** Unpacks the npm package's browser once per user and version, with the libraries and fonts a bare system lacks. */
function bundledChromium(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const packageDir = dirname(dirname(dirname(require.resolve('@sparticuz/chromium'))));
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const home = join(systemFolder(), `chromium-${version}`);
  const launcher = join(home, 'chromium');
  if (existsSync(launcher)) return launcher;
  // Unpacked aside and renamed: several test runs may start at once, and any may be cut short.
  const partial = `${home}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const unpack = (name: string): Buffer => brotliDecompressSync(readFileSync(join(packageDir, 'bin', name)));
  writeFileSync(join(partial, 'chromium-headless'), unpack('chromium.br'), { mode: 0o755 });
  extractTar(unpack('al2023.tar.br'), partial);
  extractTar(unpack('fonts.tar.br'), partial);
  writeFileSync(join(partial, 'fonts.conf'), fontConfiguration(home));
  writeFileSync(join(partial, 'chromium'), launchScript(home), { mode: 0o755 });
  try {
    renameSync(partial, home);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(launcher)) throw error;
  }
  return launcher;
}

function launchScript(home: string): string {
  return `#!/bin/sh
# The system's own libraries come first; these fill in what a bare system lacks.
export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}${home}/lib"
export FONTCONFIG_FILE="${home}/fonts.conf"
exec "${home}/chromium-headless" "$@"
`;
}

function fontConfiguration(home: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${home}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${home}/font-cache</cachedir>
</fontconfig>
`;
}

const blockSize = 512;

/** Extracts the plain files of a tar archive. */
function extractTar(archive: Buffer, target: string): void {
  for (let offset = 0; offset + blockSize <= archive.length; ) {
    const header = archive.subarray(offset, offset + blockSize);
    const field = (start: number, length: number): string =>
      header
        .toString('utf8', start, start + length)
        .replace(/\0.*$/s, '')
        .trim();
    const name = field(0, 100);
    if (name === '') return;
    const size = Number.parseInt(field(124, 12), 8);
    const content = archive.subarray(offset + blockSize, offset + blockSize + size);
    const isFile = field(156, 1) === '0' || field(156, 1) === '';
    if (isFile) writeEntry(join(target, name), content, Number.parseInt(field(100, 8), 8));
    offset += blockSize + Math.ceil(size / blockSize) * blockSize;
  }
}

function writeEntry(path: string, content: Buffer, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode & 0o777);
}

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macChrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

function systemChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = systemNames.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...paths, macChrome].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function downloadChromium(): string {
  const cli = join(dirname(require.resolve('@playwright/test/package.json')), 'cli.js');
  const { status } = spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit' });
  const path = chromium.executablePath();
  if (status === 0 && runs(path)) return path;
  throw new Error(
    'No Chromium runs here and none could be downloaded. Install one (Debian: "apt install chromium") or name one in E2E_CHROMIUM.',
  );
}
