import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from './project.mjs';

/** What Next writes besides what it serves from. */
const UNSERVED = /^(build|cache|diagnostics|dev|trace|trace-build|turbopack|types|.*\.nft\.json)$/;
/** What Next loads only where it develops, builds or draws images. */
const UNUSED = [
  '**/*.d.ts',
  '**/*.map',
  '**/*.dev.js',
  '**/*.development.js',
  '**/node_modules/{@img,@next/swc-*,baseline-browser-mapping,caniuse-lite,lightningcss*,sharp,typescript}/**',
  '**/next/dist/compiled/@vercel/og/**',
  '**/next/dist/compiled/{babel,babel-packages,terser,webpack}/**',
];
const packed = join(root, 'dist', 'console');

/**
 * Puts the console beside the bundled server, with those files of Next that serve it: Next as npm installs it is ten times
 * as large, most of it for building.
 */
export async function assemblePackage() {
  rmSync(packed, { recursive: true, force: true });
  const built = join(root, '.next');
  cpSync(built, join(packed, '.next'), {
    recursive: true,
    filter: (path) => !path.endsWith('.map') && !UNSERVED.test(path.slice(built.length + 1)),
  });
  for (const file of await filesOfNext()) {
    const target = join(packed, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, file), target, { dereference: true });
  }
}

/** @returns {Promise<string[]>} paths below node_modules, from the root */
async function filesOfNext() {
  const require = createRequire(import.meta.url);
  // The tracer that Next itself uses, in the same version.
  const { nodeFileTrace } = require('next/dist/compiled/@vercel/nft');
  const entries = ['next', 'next/dist/server/next-server.js', ...namedByPages()].map((name) =>
    require.resolve(name),
  );
  // Newer Nodes ask for "module-sync" first, older ones do not know it.
  const conditions = ['node', 'module-sync'];
  const { fileList } = await nodeFileTrace(entries, {
    base: root,
    ignore: UNUSED,
    conditions,
    mixedModules: true,
  });
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const installed = Object.keys(dependencies).map((name) => `node_modules/${name}/`);
  return [...fileList].filter(
    (file) => file.startsWith('node_modules/') && !installed.some((folder) => file.startsWith(folder)),
  );
}

/** What the built pages load of Next. */
function namedByPages() {
  const folder = join(root, '.next', 'server');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  const names = files.flatMap(
    (file) => readFileSync(join(folder, file), 'utf8').match(/(?<=")next\/dist\/[^"]+\.js(?=")/g) ?? [],
  );
  return [...new Set(names)].filter((name) => !name.includes('/@vercel/og/'));
}
