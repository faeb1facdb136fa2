import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const rows = readFileSync(`${root}docs/spec-map.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what |'));

/** Every path of a row, and every test it names: `path` › name, or several names of one file, each after a ›. */
const paths = rows.flatMap((row) =>
  [...row.matchAll(/`([\w./()[\]-]+\/[\w.()[\]-]+|[A-Z]+\.md)`/g)].map(([, path = '']) => path),
);
const named = rows.flatMap((row) =>
  [...row.matchAll(/`([\w./-]+)`((?: ?› [^›;|]+)+)/g)].flatMap(([, path = '', names = '']) =>
    names
      .split('› ')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => ({ path, name })),
  ),
);

describe('docs/spec-map.md', () => {
  it('names files that exist', () => {
    expect(paths.length).toBeGreaterThan(100);
    expect([...new Set(paths)].filter((path) => !existsSync(root + path))).toEqual([]);
  });

  it('names tests that are in their files', () => {
    expect(named.length).toBeGreaterThan(100);
    const missing = named.filter(({ path, name }) => !readFileSync(root + path, 'utf8').includes(name));
    expect(missing).toEqual([]);
  });

  it('has three cells in every row', () => {
    expect(rows.filter((row) => row.split(' | ').length !== 3)).toEqual([]);
  });
});
