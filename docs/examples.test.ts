import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'test-results', 'examples');

/** The examples of the docs that say in their first line which file they would be. */
const examples = readdirSync(path.join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => [
    ...readFileSync(path.join(root, 'docs', name), 'utf8').matchAll(
      /```ts\n(\/\/ ([\w./-]+\.ts)\n[\s\S]*?)```/g,
    ),
  ])
  .map(([, text = '', file = '']) => ({ file, text }));

it('compile as the files they say they are', () => {
  expect(examples.map(({ file }) => file)).toContain('server/steps/purge-cache.ts');
  rmSync(folder, { recursive: true, force: true });
  for (const { file, text } of examples) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  // Over the project's own folder: what an example imports from beside it is found there.
  const config = {
    extends: path.join(root, 'tsconfig.json'),
    compilerOptions: {
      rootDirs: [root, folder],
      paths: { '@/*': [`${root}*`] },
      noEmit: true,
      incremental: false,
    },
    include: [],
    files: examples.map(({ file }) => file),
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '--project', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
});
