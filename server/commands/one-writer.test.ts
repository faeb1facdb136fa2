import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const WRITES =
  /\b(update|insert\s+into|delete\s+from)\s+"?(plan|task|event|tenant_unit)"?\b|\.(update|insert|delete)\((plan|task|event|tenantUnit)\)/i;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.ts$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes(`${path.sep}testing${path.sep}`));
}

describe('state is written in one place', () => {
  it('finds what it looks for', () => {
    expect(WRITES.test("update task set status = 'RUNNING'")).toBe(true);
    expect(WRITES.test('db.update(plan).set({})')).toBe(true);
  });

  it.each([...sources('domain'), ...sources('server'), ...sources('db/queries'), ...sources('demo')])(
    '%s writes none of it',
    (file) => {
      const lines = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => WRITES.test(line));
      // An import knows what a tenant runs before any task did, and with a tenant its record ends: no row is changed there.
      const allowed = file.endsWith(path.join('queries', 'tenant-writes.ts'))
        ? lines.filter((line) => !/(insert into|delete from) tenant_unit/.test(line))
        : lines;
      expect(allowed).toEqual([]);
    },
  );
});
